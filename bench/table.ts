import type { Measure, Sample, Workload } from './workload.ts';

/** What each server did in a workload, the reference first: the samples of all rounds. */
export interface Result {
  /** Of the table that the row belongs to. */
  readonly title: string;
  readonly workload: Workload;
  readonly samples: ReadonlyMap<string, readonly Sample[]>;
}

/** Medians over the rounds. */
export interface Cell {
  readonly server: string;
  readonly cpuSeconds: number;
  readonly seconds: number;
  /** Requests per second; null for one piece of work. */
  readonly rate: number | null;
  /** MiB per second; null where hardly any bytes go over the wire. */
  readonly throughput: number | null;
  readonly peakMiB: number;
  readonly p50: number | null;
  readonly p99: number | null;
  /** How many times the reference's cost, in what the row compares: above 1 the reference is ahead. */
  readonly ratio: number;
  /** The load generator could not ask faster: the rate is a lower bound. */
  readonly clientBound: boolean;
  readonly samples: number;
}

export interface Row {
  readonly title: string;
  readonly name: string;
  readonly measure: Measure;
  readonly cells: readonly Cell[];
}

/** Of one core, while the server had its own to itself. */
const CLIENT_BOUND = 0.85;

/** Medians, and ratios to the first server of each row. */
export function toRows(results: readonly Result[]): Row[] {
  return results.flatMap(({ title, workload, samples }) => {
    const cells = [...samples]
      .filter(([, taken]) => taken.length > 0)
      .map(([server, taken]) => toCell(server, workload, taken));
    const [first] = cells;
    if (first === undefined) return [];
    const { name, measure } = workload;
    const reference = cost(first, measure);
    const row = cells.map((cell) => ({ ...cell, ratio: cost(cell, measure) / reference }));
    return [{ title, name, measure, cells: row }];
  });
}

/** Less is better. */
function cost({ cpuSeconds, rate, seconds, peakMiB }: Cell, measure: Measure): number {
  // Ticks of 10 ms: less than one counts as one.
  if (measure === 'cpu') return Math.max(0.01, cpuSeconds);
  if (measure === 'memory') return peakMiB;
  return measure === 'rate' && rate !== null ? 1 / rate : seconds;
}

function toCell(server: string, { bytes }: Workload, samples: readonly Sample[]): Cell {
  const of = (pick: (sample: Sample) => number) => median(samples.map(pick));
  const many = samples.every(({ requests }) => requests !== undefined);
  const seconds = of((sample) => sample.seconds);
  return {
    server,
    cpuSeconds: of((sample) => sample.cpuSeconds),
    seconds,
    rate: many ? of((sample) => (sample.requests ?? 0) / sample.seconds) : null,
    throughput: bytes === undefined ? null : bytes / 2 ** 20 / seconds,
    peakMiB: of(({ peakBytes }) => peakBytes) / 2 ** 20,
    p50: many ? of(({ p50 = 0 }) => p50) : null,
    p99: many ? of(({ p99 = 0 }) => p99) : null,
    ratio: 1,
    clientBound: of((sample) => sample.clientSeconds / sample.seconds) > CLIENT_BOUND,
    samples: samples.length,
  };
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? 0) + upper) / 2;
}

/** Everything that was measured, in Markdown: a line for each server in each workload. */
export function toMarkdown(rows: readonly Row[]): string {
  return [
    '| workload | server | CPU s | requests/s | MiB/s | seconds | p50 / p99 ms | peak MiB | times the first | samples |',
    '|---|---|---:|---:|---:|---:|---:|---:|---:|---:|',
    ...rows.flatMap(({ name, cells }) => cells.map((cell) => line(name, cell))),
  ].join('\n');
}

function line(name: string, cell: Cell): string {
  const { p50, p99, rate, throughput, clientBound } = cell;
  const figures = [
    cell.cpuSeconds.toFixed(2),
    rate === null ? '–' : `${clientBound ? '≥ ' : ''}${count(rate)}`,
    throughput === null ? '–' : count(throughput),
    cell.seconds.toFixed(2),
    p50 === null || p99 === null ? '–' : `${p50.toFixed(1)} / ${p99.toFixed(1)}`,
    count(cell.peakMiB),
    cell.ratio.toFixed(2),
    String(cell.samples),
  ];
  return `| ${name} | ${cell.server} | ${figures.join(' | ')} |`;
}

/** A figure that is read at a glance: small ones keep a decimal. */
export function count(value: number): string {
  return value < 10 ? value.toFixed(1) : Math.round(value).toLocaleString('en');
}
