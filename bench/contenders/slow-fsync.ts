import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import type { Contender } from '../server.ts';

/** As slow-fsync.c has it: an ordinary disk's, where this machine's may cost next to nothing. */
export const SLOW_FSYNC = '5 ms';

/** The environment of a server whose every fsync takes that long; makes what it needs in `folder`. */
export function slowFsync(folder: string): Record<string, string> {
  const library = join(folder, 'slow-fsync.so');
  const source = join(import.meta.dirname, 'slow-fsync.c');
  const { status, stderr } = spawnSync('cc', ['-shared', '-fPIC', '-O2', '-o', library, source, '-ldl']);
  if (status !== 0) throw new Error(`slow-fsync.c does not compile: ${String(stderr)}`);
  return { LD_PRELOAD: library };
}

export const compilerMissing: Contender['missing'] = () =>
  spawnSync('cc', ['--version']).status === 0
    ? null
    : 'a slow disk needs a C compiler (apt-get install gcc libc6-dev)';
