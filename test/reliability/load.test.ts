import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openBucket } from '../support/files-api.ts';
import { askedDuring, shown } from '../support/latency.ts';
import { putLoad } from '../support/load.ts';
import { descriptorsOf, memoryOf, THREAD_DESCRIPTORS } from '../support/process-figures.ts';
import { ServerProcess } from '../support/server-process.ts';
import { makeTempFolder, type TempFolder } from '../support/temp-folder.ts';
import { BASE_CONFIG } from '../support/test-app.ts';
import { LONG_TIMEOUT, report, TORTURE } from '../support/torture.ts';

const MIB = 2 ** 20;
const LARGE = TORTURE ? 16 * MIB : MIB;
const CONFIG = BASE_CONFIG.replace('durable: false', 'durable: true');
/** Of processor time; 15 to 60 ms are usual. */
const LONGEST_TURN_MS = 250;
/** Health is answered within this, on a machine that does not let an idle server wait either. */
const HEALTH_MS = 250;
/** How many times as long as an idle server's the answer may take beyond that. */
const BUSY = 5;
const MEMORY = 200 * MIB;

const support = (file: string) => resolve(import.meta.dirname, '../support', file);

let folder: TempFolder;
let server: ServerProcess;
let idle: ChildProcess;
beforeEach(async () => {
  folder = makeTempFolder();
  idle = spawn(process.execPath, [support('idle-server.ts')], { stdio: ['ignore', 'pipe', 'ignore'] });
  server = await ServerProcess.start({
    folder: folder.path,
    schema: openBucket(),
    config: CONFIG,
    env: { NODE_OPTIONS: `--import ${support('loop-probe.ts')}`, TEST_LOOP_FILE: loopFile() },
  });
});
afterEach(async () => {
  idle.kill();
  await server.kill();
  folder.remove();
});

const loopFile = () => join(folder.path, 'loop.jsonl');

/** Processor time, in ms, of the longest turns of the server's event loop since it was asked last. */
async function longestTurns(): Promise<number[]> {
  rmSync(loopFile(), { force: true });
  process.kill(server.pid, 'SIGCONT');
  await vi.waitFor(() => expect(existsSync(loopFile())).toBe(true), { timeout: 20_000 });
  return JSON.parse(readFileSync(loopFile(), 'utf8')) as number[];
}

describe('200 small and 100 large uploads with 100 downloads at once', () => {
  it(
    'are all served, without holding up anybody else, and leave the server as it was',
    { timeout: LONG_TIMEOUT },
    async () => {
      const [port] = (await once(idle.stdout ?? idle, 'data')) as [Buffer];
      // What is loaded when it is first needed is there before the count.
      await putLoad({ url: server.url, small: 5, large: 2, largeSize: 100_000, downloads: 2 });
      const before = { descriptors: descriptorsOf(server.pid), memory: memoryOf(server.pid).now };
      await longestTurns();

      const load = putLoad({ url: server.url, small: 200, large: 100, largeSize: LARGE, downloads: 100 });
      const alyx = { url: `${server.url}/health/live`, keepAlive: true };
      const other = { url: `http://127.0.0.1:${String(port)}`, keepAlive: true };
      const [result, health, baseline, anew, baselineAnew] = await Promise.all([
        load,
        askedDuring(load, alyx),
        askedDuring(load, other),
        askedDuring(load, { ...alyx, keepAlive: false }),
        askedDuring(load, { ...other, keepAlive: false }),
      ]);
      const turns = await longestTurns();
      const { peak } = memoryOf(server.pid);
      const grown = Math.round((peak - before.memory) / MIB);

      report(
        `load of ${LARGE / MIB} MiB uploads and downloads: ${Math.round(result.ms)} ms, clients' own ${Math.round(result.cpuMs)} ms`,
      );
      report(`health ${shown(health)}; an idle server ${shown(baseline)}`);
      report(`on new connections health ${shown(anew)}; an idle server ${shown(baselineAnew)}`);
      report(`longest turns of the event loop, processor time: ${turns.map(Math.round).join(', ')} ms`);
      report(`memory: at most ${grown} MiB more than before`);
      expect(result).toMatchObject({ uploaded: 300, intact: 100, downloaded: 100 });
      expect(Math.max(...turns)).toBeLessThan(LONGEST_TURN_MS);
      expect(health.p95).toBeLessThan(HEALTH_MS + BUSY * baseline.p95);
      expect(anew.p95).toBeLessThan(HEALTH_MS + BUSY * baselineAnew.p95);
      expect(peak - before.memory).toBeLessThan(MEMORY);
      const most = before.descriptors + THREAD_DESCRIPTORS;
      await vi.waitFor(() => expect(descriptorsOf(server.pid)).toBeLessThanOrEqual(most), {
        timeout: 20_000,
        interval: 100,
      });
      report(`descriptors: ${before.descriptors} before, ${descriptorsOf(server.pid)} after`);
    },
  );
});
