import { appendFileSync } from 'node:fs';

/**
 * Preloaded into a server (`--import`): writes how much processor time its main thread used in the longest turns of
 * its event loop to the file that TEST_LOOP_FILE names, at each SIGCONT, and begins anew. Unlike the time on the
 * clock, processor time is the same however busy the machine is.
 */
const file = process.env['TEST_LOOP_FILE'] ?? '';
const KEPT = 5;
let longest: number[] = [];
let last = process.threadCpuUsage();

function turn(): void {
  const { user, system } = process.threadCpuUsage(last);
  last = process.threadCpuUsage();
  longest.push((user + system) / 1000);
  if (longest.length > 1000) keepLongest();
  // Runs once in every turn, and keeps the loop from sleeping no more than from ending.
  setImmediate(turn).unref();
}

function keepLongest(): void {
  longest = longest.sort((a, b) => b - a).slice(0, KEPT);
}

setImmediate(turn).unref();
process.on('SIGCONT', () => {
  keepLongest();
  appendFileSync(file, `${JSON.stringify(longest)}\n`);
  longest = [];
});
