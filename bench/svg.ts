import type { Row } from './table.ts';

const WIDTH = 860;
/** Where the scale begins and ends. */
const LEFT = 330;
const RIGHT = WIDTH - 30;
const LINE = 22;
const HEAD = 64;

const COLOURS = ['#2563eb', '#60a5fa', '#475569', '#16a34a', '#d97706', '#db2777', '#7c3aed', '#0d9488'];

/**
 * A line for each workload, a dot for each server: how many times the first one's cost, on a scale of powers of two.
 * Right of the middle line the first is ahead.
 */
export function toSvg(rows: readonly Row[]): string {
  const servers = [...new Set(rows.flatMap(({ cells }) => cells.map(({ server }) => server)))];
  const colours = new Map(servers.map((server, index) => [server, COLOURS[index % COLOURS.length] ?? '']));
  const powers = rows.flatMap(({ cells }) => cells.map(({ ratio }) => Math.log2(ratio)));
  const low = Math.floor(Math.min(-1, ...powers));
  const high = Math.ceil(Math.max(1, ...powers));
  const toX = (ratio: number) => LEFT + ((Math.log2(ratio) - low) / (high - low)) * (RIGHT - LEFT);
  const bottom = HEAD + rows.length * LINE;
  const scale = Array.from({ length: high - low + 1 }, (_, index) => 2 ** (low + index));
  const parts = [
    ...servers.map((server, index) => legend(server, index, colours.get(server) ?? '')),
    ...scale.map((ratio) => gridLine(toX(ratio), bottom, ratio)),
    ...rows.flatMap(({ name, cells }, index) => {
      const y = HEAD + index * LINE + LINE / 2;
      const dots = cells.map(({ server, ratio }) => dot(toX(ratio), y, colours.get(server) ?? '', server));
      return [text(10, y + 4, name), ...dots.toReversed()];
    }),
  ];
  const height = bottom + 30;
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" ` +
    `font-family="sans-serif" font-size="12">\n<rect width="100%" height="100%" fill="#ffffff"/>\n` +
    `${parts.join('\n')}\n</svg>\n`
  );
}

const LEGEND_COLUMNS = 4;

function legend(server: string, index: number, colour: string): string {
  const x = 16 + (index % LEGEND_COLUMNS) * ((WIDTH - 20) / LEGEND_COLUMNS);
  const y = 16 + Math.floor(index / LEGEND_COLUMNS) * 18;
  return `${dot(x, y, colour, server)}\n${text(x + 10, y + 4, server)}`;
}

function gridLine(x: number, bottom: number, ratio: number): string {
  const width = ratio === 1 ? 2 : 0.5;
  const label = ratio < 1 ? `1/${1 / ratio}` : String(ratio);
  return (
    `<line x1="${x.toFixed(1)}" y1="${HEAD - 6}" x2="${x.toFixed(1)}" y2="${bottom}" stroke="#94a3b8" stroke-width="${width}"/>\n` +
    text(x, bottom + 16, `${label} ×`, 'middle')
  );
}

function dot(x: number, y: number, colour: string, title: string): string {
  return `<circle cx="${x.toFixed(1)}" cy="${y}" r="5" fill="${colour}"><title>${escape(title)}</title></circle>`;
}

function text(x: number, y: number, content: string, anchor = 'start'): string {
  return `<text x="${x.toFixed(1)}" y="${y}" text-anchor="${anchor}" fill="#0f172a">${escape(content)}</text>`;
}

function escape(content: string): string {
  return content
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
