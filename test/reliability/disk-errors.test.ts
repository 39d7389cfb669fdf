import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { lacks } from '../support/machine.ts';
import { SeededRandom, testSeed } from '../support/seeded-random.ts';
import { ServerProcess } from '../support/server-process.ts';
import { fileThreads, Strace } from '../support/strace.ts';
import { DISK_ERRORS, type DiskError } from '../support/sweep/disk-errors.ts';
import { expectAcknowledged, expectSoundAtRest, expectTidy } from '../support/sweep/invariants.ts';
import { Ledger } from '../support/sweep/ledger.ts';
import { openProject, type Project } from '../support/sweep/project.ts';
import { play, playInTrouble, prepare, sameClient } from '../support/sweep/scenario.ts';
import { makeTempFolder, type TempFolder } from '../support/temp-folder.ts';
import { DISK_TROUBLES, LONG_TIMEOUT, report } from '../support/torture.ts';

let folder: TempFolder;
let project: Project;
let server: ServerProcess;
let ledger: Ledger;

beforeEach(async () => {
  folder = makeTempFolder();
  project = openProject({ folder: folder.path, durable: true });
  const { schemaText: schema, configText: config } = project;
  const env = { UV_THREADPOOL_SIZE: '1' };
  server = await ServerProcess.start({ folder: folder.path, schema, config, env });
  ledger = new Ledger();
});

afterEach(async () => {
  await server.kill();
  folder.remove();
});

const client = () => sameClient(server, ledger, project);

const lastError = () => server.logLines.findLast((line) => /"level":(50|"error")/.test(line)) ?? '';

function someOf(all: readonly DiskError[], random: SeededRandom): DiskError[] {
  const chosen = [...all];
  while (chosen.length > DISK_TROUBLES) chosen.splice(random.below(chosen.length), 1);
  return chosen;
}

async function inTrouble({ thread, calls, error, when }: DiskError): Promise<string[]> {
  const { main, pool } = fileThreads(server.pid);
  const optional = `?${calls.replaceAll(',', ',?')}`;
  const inject = `inject=${optional}:error=${error}${when === undefined ? '' : `:when=${when}`}`;
  const args = ['-e', `trace=${optional}`, '-e', inject, '-o', '/dev/null'];
  const threads = { main: [main], pool, both: [main, ...pool] }[thread];
  const strace = await Strace.attach(threads, ...args);
  try {
    return await playInTrouble(client());
  } finally {
    await strace.detach();
  }
}

describe.skipIf(lacks('disks that fail', 'strace'))('a disk that fails', () => {
  it(
    'is told as 503 or 507, costs nothing that was acknowledged, and is forgotten when it is well again',
    { timeout: LONG_TIMEOUT },
    async () => {
      const seed = testSeed();
      await prepare(client(), project);
      const told: string[] = [];
      const findings: string[] = [];
      for (const trouble of someOf(DISK_ERRORS, new SeededRandom(seed))) {
        const name = `${trouble.error} at ${trouble.what}`;
        try {
          const refused = await inTrouble(trouble);
          told.push(`${name}: ${refused.length}`);
          expect(await play(client())).toBe('done');
          await expectTidy(server, project);
          await expectAcknowledged(server, ledger, [...project.schema.buckets.keys()]);
        } catch (error) {
          findings.push(`${name}: ${String(error)}\n${lastError()}`);
        }
      }
      report(`requests refused (ALYX_TEST_SEED=${seed}): ${told.join('; ')}`);
      expect(findings).toEqual([]);
      await server.kill();
      expectSoundAtRest(folder.path);
    },
  );
});
