#!/usr/bin/env node
// Nothing native may load before the version check: better-sqlite3 segfaults on Node 20. Hence the late import.
import { adoptFlags, followLauncher, relaunch, runtimeProblem } from './cli/runtime.ts';

// Threads for the calls to the file system, in place of libuv's four. While as many files are synced, everything else waits,
// the sync that all uploads share included.
process.env['UV_THREADPOOL_SIZE'] ??= '10';
// How many stores of freed memory the threads share; glibc reads it when the program is started anew, and would keep up to
// eight for each processor.
process.env['MALLOC_ARENA_MAX'] ??= '4';

const problem = runtimeProblem(process.versions.node);
if (problem === null) {
  adoptFlags();
  followLauncher();
  const { run } = await import('./cli/run.ts');
  process.exitCode = await run(process.argv.slice(2), process);
} else if (!relaunch(process.argv.slice(1))) {
  process.stderr.write(`alyx: ${problem}\n`);
  process.exitCode = 1;
}
