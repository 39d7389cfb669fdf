import { resetPeak, usageOf } from './process-usage.ts';
import type { Server } from './server.ts';

export interface Sample {
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly peakBytes: number;
  /** Requests answered, for workloads of many. */
  readonly requests?: number;
  readonly p50?: number;
  readonly p99?: number;
}

/** Milliseconds of each request. */
export type Latencies = number[];

/** One row of the table. */
export interface Workload {
  readonly name: string;
  /** What is compared: CPU seconds for the same bytes, or requests per second. */
  readonly measure: 'cpu' | 'rate';
  /** Which servers take part, by name; absent = all that can. */
  readonly only?: readonly string[];
  /**
   * Gets everything ready, and returns the part that is measured; null when this server cannot do it. The measured
   * part returns the latencies of its requests, where it has many.
   */
  prepare(server: Server): Promise<(() => Promise<Latencies | null>) | null>;
}

export async function measure(workload: Workload, server: Server): Promise<Sample | null> {
  const run = await workload.prepare(server);
  if (run === null) return null;
  resetPeak(server.pid);
  const before = usageOf(server.pid);
  const start = performance.now();
  const latencies = await run();
  const seconds = (performance.now() - start) / 1000;
  const after = usageOf(server.pid);
  const figures = { seconds, cpuSeconds: after.cpuSeconds - before.cpuSeconds, peakBytes: after.peakBytes };
  if (latencies === null) return figures;
  const sorted = latencies.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
  return { ...figures, requests: latencies.length, p50: at(0.5), p99: at(0.99) };
}
