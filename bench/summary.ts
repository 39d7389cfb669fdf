import { count, type Cell, type Row } from './table.ts';

/** A table for each title: a line for each workload, a column for each server; for the README. */
export function toSummary(rows: readonly Row[]): string {
  const titles = [...new Set(rows.map(({ title }) => title))];
  return titles.map((title) => toTable(title, rows)).join('\n\n');
}

function toTable(title: string, all: readonly Row[]): string {
  const rows = all.filter((row) => row.title === title);
  const servers = [...new Set(rows.flatMap(({ cells }) => cells.map(({ server }) => server)))];
  return [
    `| ${title} | ${servers.join(' | ')} |`,
    `|---|${servers.map(() => '---:|').join('')}`,
    ...rows.map(({ name, measure, cells }) => {
      const figures = servers.map((server, index) => {
        const cell = cells.find((one) => one.server === server);
        return cell === undefined ? '–' : figure(cell, measure, index === 0);
      });
      return `| ${name} | ${figures.join(' | ')} |`;
    }),
  ].join('\n');
}

function figure(cell: Cell, measure: Row['measure'], isReference: boolean): string {
  const absolute = absoluteOf(cell, measure);
  if (isReference) return absolute;
  const bound = cell.clientBound && measure === 'rate' ? '≤ ' : '';
  return `**${bound}${cell.ratio.toFixed(2)}** (${absolute})`;
}

/** What was measured, with its unit. */
function absoluteOf(cell: Cell, measure: Row['measure']): string {
  const { cpuSeconds, rate, seconds, peakMiB, clientBound } = cell;
  if (measure === 'cpu') return `${cpuSeconds.toFixed(2)} s CPU`;
  if (measure === 'memory') return `${count(peakMiB)} MiB`;
  if (measure === 'time' || rate === null) return `${seconds.toFixed(2)} s`;
  return `${clientBound ? '≥ ' : ''}${count(rate)}/s`;
}
