import { closeSync, fsyncSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import { median } from './table.ts';

/** What the figures were taken on. */
export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGiB: number;
  readonly node: string;
  /** Median of writing 16 KiB and syncing them, where the servers' data lay. */
  readonly fsyncMs: number;
}

export function describeMachine(folder: string): Machine {
  const all = cpus();
  return {
    cpu: all[0]?.model.trim() ?? 'unknown CPU',
    cores: all.length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    node: process.version,
    fsyncMs: measureFsync(folder),
  };
}

function measureFsync(parent: string): number {
  const folder = mkdtempSync(join(parent, 'alyx-bench-'));
  const bytes = Buffer.alloc(16 * 1024, 1);
  try {
    const times = Array.from({ length: 50 }, (_, n) => {
      const file = openSync(join(folder, String(n)), 'w');
      writeSync(file, bytes);
      const start = performance.now();
      fsyncSync(file);
      const took = performance.now() - start;
      closeSync(file);
      return took;
    });
    return median(times);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
