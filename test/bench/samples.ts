import type { Result } from '../../bench/table.ts';
import type { Measure, Sample } from '../../bench/workload.ts';

const MIB = 2 ** 20;

export function sample(changes: Partial<Sample>): Sample {
  return { seconds: 1, cpuSeconds: 1, clientSeconds: 0.1, peakBytes: 100 * MIB, ...changes };
}

export interface ResultOptions {
  readonly title?: string;
  readonly name?: string;
  readonly measure?: Measure;
  readonly bytes?: number;
}

/** What each server did in one workload. */
export function result(samples: Record<string, Sample[]>, options: ResultOptions = {}): Result {
  const { title = 'Files', name = 'a workload', measure = 'cpu', bytes } = options;
  const workload = { name, measure, ...(bytes === undefined ? {} : { bytes }), prepare: async () => null };
  return { title, workload, samples: new Map(Object.entries(samples)) };
}
