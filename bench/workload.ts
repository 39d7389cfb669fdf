import { resetPeak, usageOf } from './process-usage.ts';
import type { Stock } from './stock.ts';

export interface Sample {
  readonly seconds: number;
  /** Of the server. */
  readonly cpuSeconds: number;
  /** Of this process, which makes the load. */
  readonly clientSeconds: number;
  readonly peakBytes: number;
  /** Requests answered, for workloads of many. */
  readonly requests?: number;
  readonly p50?: number;
  readonly p99?: number;
}

/** What is compared: the server's CPU seconds for the same bytes, requests per second, seconds, or peak memory. */
export type Measure = 'cpu' | 'rate' | 'time' | 'memory';

/** Does the measured part; resolves to the milliseconds of each request, where it has many. */
export type Measured = () => Promise<readonly number[] | null>;

/** One row of the table. */
export interface Workload {
  readonly name: string;
  readonly measure: Measure;
  /** Bytes that go over the wire, where there are many. */
  readonly bytes?: number;
  /** Gets everything ready, warm-up included; null when this server cannot do it. */
  prepare(stock: Stock): Promise<Measured | null>;
}

export async function takeSample(workload: Workload, stock: Stock): Promise<Sample | null> {
  const run = await workload.prepare(stock);
  if (run === null) return null;
  const { pid } = stock.server;
  resetPeak(pid);
  const before = usageOf(pid);
  const client = process.cpuUsage();
  const start = performance.now();
  const latencies = await run();
  const seconds = (performance.now() - start) / 1000;
  const { user, system } = process.cpuUsage(client);
  const after = usageOf(pid);
  const figures = {
    seconds,
    cpuSeconds: after.cpuSeconds - before.cpuSeconds,
    clientSeconds: (user + system) / 1e6,
    peakBytes: after.peakBytes,
  };
  if (latencies === null) return figures;
  const sorted = latencies.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
  return { ...figures, requests: latencies.length, p50: at(0.5), p99: at(0.99) };
}

/** A measured part that is one piece of work. */
export function once(work: () => Promise<unknown>): Measured {
  return async () => {
    await work();
    return null;
  };
}
