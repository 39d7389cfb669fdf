#!/usr/bin/env node
// Nothing native may load before the version check: better-sqlite3 segfaults on Node 20. Hence the late import.
import { setFlagsFromString } from 'node:v8';
import { followLauncher, relaunch, runtimeProblem } from './cli/runtime.ts';

// Keeps V8's young generation at its first 1 MiB. Buffers of a socket, 64 KiB each, are freed when it is collected; at
// the 32 MiB that it would grow to, as many of them lie around, and an upload's peak is 70 MiB higher.
setFlagsFromString('--semi-space-growth-factor=1');

// V8 would collect that 1 MiB with a second thread, and waits for it longer than it takes to do the work alone: twice as
// long where other threads want the processors too.
setFlagsFromString('--no-parallel-scavenge');

// The heap may double before all of it is marked. V8 counts buffers as heap, and lets it grow by some 8 MiB: a server that
// has run for a while marked its 24 MiB once per 8 MiB of upload or download, which cost two to three times the transfer.
setFlagsFromString('--heap-growing-percent=100');

// Threads for the calls to the file system, in place of libuv's four. While as many files are synced, everything else waits,
// the sync that all uploads share included.
process.env['UV_THREADPOOL_SIZE'] ??= '6';

const problem = runtimeProblem(process.versions.node);
if (problem === null) {
  followLauncher();
  const { run } = await import('./cli/run.ts');
  process.exitCode = await run(process.argv.slice(2), process);
} else if (!relaunch(process.argv.slice(1))) {
  process.stderr.write(`alyx: ${problem}\n`);
  process.exitCode = 1;
}
