import type { Row } from './table.ts';

const WIDTH = 860;
const LABEL = 330;
const BAR = 16;
const GAP = 14;

/** The table as bars, each row scaled to its longest; for the README. */
export function toSvg(rows: readonly Row[]): string {
  let y = 10;
  const parts: string[] = [];
  for (const { name, measure, cells } of rows) {
    const longest = Math.max(...cells.map(({ value }) => value), Number.MIN_VALUE);
    const better = measure === 'cpu' ? 'CPU seconds, less is better' : 'requests per second, more is better';
    parts.push(text(10, y + 12, `${name} (${better})`, 'bold'));
    y += BAR + 4;
    for (const [index, { server, value }] of cells.entries()) {
      const length = Math.max(1, (value / longest) * (WIDTH - LABEL - 90));
      const shade = index === 0 ? '#2563eb' : '#94a3b8';
      parts.push(text(20, y + 12, server));
      parts.push(
        `<rect x="${LABEL - 130}" y="${y}" width="${length.toFixed(1)}" height="${BAR - 3}" fill="${shade}"/>`,
      );
      parts.push(
        text(LABEL - 124 + length, y + 12, measure === 'cpu' ? value.toFixed(2) : String(Math.round(value))),
      );
      y += BAR;
    }
    y += GAP;
  }
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${y}" font-family="sans-serif" font-size="12">\n` +
    `<rect width="100%" height="100%" fill="#ffffff"/>\n${parts.join('\n')}\n</svg>\n`
  );
}

function text(x: number, y: number, content: string, weight = 'normal'): string {
  const escaped = content.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  return `<text x="${x.toFixed(1)}" y="${y}" font-weight="${weight}" fill="#0f172a">${escaped}</text>`;
}
