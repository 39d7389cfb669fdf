import type { Sample, Workload } from './workload.ts';

/** What each server did in each workload; the samples of all rounds. */
export type Results = ReadonlyMap<Workload, ReadonlyMap<string, readonly Sample[]>>;

export interface Cell {
  readonly server: string;
  /** CPU seconds, or requests per second. */
  readonly value: number;
  /** Beside the first server of the row: how many times its CPU, or its rate. */
  readonly ratio: number;
  readonly seconds: number;
  readonly peakMiB: number;
  readonly p50: number | null;
  readonly p99: number | null;
}

export interface Row {
  readonly name: string;
  readonly measure: Workload['measure'];
  readonly cells: readonly Cell[];
}

/** Medians over the rounds, and ratios to the first server of each row. */
export function toRows(results: Results): Row[] {
  return [...results]
    .filter(([, servers]) => servers.size > 0)
    .map(([{ name, measure }, servers]) => {
      const cells = [...servers].map(([server, samples]) => toCell(server, measure, samples));
      const first = cells[0]?.value ?? 1;
      return { name, measure, cells: cells.map((cell) => ({ ...cell, ratio: cell.value / first })) };
    });
}

function toCell(server: string, measure: Workload['measure'], samples: readonly Sample[]): Cell {
  const of = (pick: (sample: Sample) => number) => median(samples.map(pick));
  const rate = of(({ requests = 1, seconds }) => requests / seconds);
  const hasLatencies = samples.some(({ p50 }) => p50 !== undefined);
  return {
    server,
    value: measure === 'cpu' ? of(({ cpuSeconds }) => cpuSeconds) : rate,
    ratio: 1,
    seconds: of(({ seconds }) => seconds),
    peakMiB: of(({ peakBytes }) => peakBytes) / 2 ** 20,
    p50: hasLatencies ? of(({ p50 = 0 }) => p50) : null,
    p99: hasLatencies ? of(({ p99 = 0 }) => p99) : null,
  };
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1
    ? (sorted[middle] ?? 0)
    : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2;
}

/** Markdown, as it stands in the README. */
export function toMarkdown(rows: readonly Row[]): string {
  const lines = rows.flatMap(({ name, measure, cells }) => cells.map((cell) => line(name, measure, cell)));
  return [
    '| workload | server | CPU s or requests/s | × first | seconds | p50 / p99 ms | peak MiB |',
    '|---|---|---:|---:|---:|---:|---:|',
    ...lines,
  ].join('\n');
}

function line(name: string, measure: Row['measure'], cell: Cell): string {
  const value = measure === 'cpu' ? `${cell.value.toFixed(2)} s` : `${Math.round(cell.value)} /s`;
  const latency =
    cell.p50 === null || cell.p99 === null ? '–' : `${cell.p50.toFixed(1)} / ${cell.p99.toFixed(1)}`;
  const figures = [
    value,
    cell.ratio.toFixed(2),
    cell.seconds.toFixed(2),
    latency,
    String(Math.round(cell.peakMiB)),
  ];
  return `| ${name} | ${cell.server} | ${figures.join(' | ')} |`;
}
