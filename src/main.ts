#!/usr/bin/env node
// Nothing native may load before the version check: better-sqlite3 segfaults on Node 20. Hence the late import.
import { followLauncher, relaunch, runtimeProblem } from './cli/runtime.ts';

const problem = runtimeProblem(process.versions.node);
if (problem === null) {
  followLauncher();
  const { run } = await import('./cli/run.ts');
  process.exitCode = await run(process.argv.slice(2), process);
} else if (!relaunch(process.argv.slice(1))) {
  process.stderr.write(`alyx: ${problem}\n`);
  process.exitCode = 1;
}
