import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { lacks } from '../support/machine.ts';
import { startS3Server, type S3Server } from '../support/s3-server.ts';
import { ServerProcess } from '../support/server-process.ts';
import { NotNow, WrongAnswer } from '../support/sweep/client.ts';
import { expectAcknowledged, expectTidy } from '../support/sweep/invariants.ts';
import { Ledger } from '../support/sweep/ledger.ts';
import { openProject, type Project } from '../support/sweep/project.ts';
import { play, playInTrouble, prepare, sameClient } from '../support/sweep/scenario.ts';
import { uploadRaw } from '../support/sweep/uploads.ts';
import { makeTempFolder, type TempFolder } from '../support/temp-folder.ts';
import { LONG_TIMEOUT, report } from '../support/torture.ts';

const PLENTY = 4096;

let folder: TempFolder;
let s3: S3Server;
let project: Project;
let server: ServerProcess;
let ledger: Ledger;

beforeEach(async () => {
  folder = makeTempFolder();
  s3 = await startS3Server();
  const bucket = await s3.createBucket();
  project = openProject({ folder: folder.path, durable: false, s3: { server: s3, bucket } });
  server = await ServerProcess.start({
    folder: folder.path,
    schema: project.schemaText,
    config: project.configText,
  });
  ledger = new Ledger();
});

afterEach(async () => {
  await server.kill();
  await s3.stop();
  folder.remove();
});

const client = () => sameClient(server, ledger, project);
const openDescriptors = () => readdirSync(`/proc/${server.pid}/fd`).length;

function limitTo(descriptors: number): void {
  execFileSync('prlimit', ['--pid', String(server.pid), `--nofile=${descriptors}:`]);
}

describe.skipIf(lacks('running out of descriptors', 'prlimit'))(
  'a server that has no descriptors left',
  () => {
    it(
      'answers 503 with a time to try again, stays, and is well again when there are some',
      { timeout: LONG_TIMEOUT },
      async () => {
        await prepare(client(), project);
        await uploadRaw(client(), 'remote', 1000);
        const before = openDescriptors();

        limitTo(before);
        const refused = await playInTrouble(client());
        expect(refused.length).toBeGreaterThan(0);

        limitTo(before + 10);
        const crowd = await Promise.allSettled(
          Array.from({ length: 60 }, (_, n) => uploadRaw(client(), n % 2 === 0 ? 'docs' : 'remote', 100_000)),
        );
        const failures = crowd.flatMap((outcome) =>
          outcome.status === 'rejected' ? [outcome.reason as unknown] : [],
        );
        // One that could not be connected has no answer.
        expect(
          failures.filter((error) => error instanceof WrongAnswer && !(error instanceof NotNow)),
        ).toEqual([]);

        limitTo(PLENTY);
        report(
          `descriptors: ${refused.length} requests refused one by one; of 60 uploads at once ${60 - failures.length} taken, ${failures.filter((error) => error instanceof NotNow).length} refused, the others not connected`,
        );
        expect(await play(client())).toBe('done');
        await expectTidy(server, project);
        await expectAcknowledged(server, ledger, [...project.schema.buckets.keys()]);
        // Connections that are kept open close when they have been idle for a while.
        const connections = () => readdirSync(`/proc/${server.pid}/fd`).length;
        await vi.waitFor(() => expect(connections()).toBeLessThanOrEqual(before + 60), { timeout: 20_000 });
      },
    );

    it('keeps few enough files open to leave others theirs', async () => {
      await server.kill();
      const limit = 300;
      server = await ServerProcess.start({
        folder: folder.path,
        schema: project.schemaText,
        config: project.configText,
        through: ['prlimit', `--nofile=${limit}:${limit}`],
      });
      const ids: string[] = [];
      for (let n = 0; n < 2 * limit; n += 1) ids.push(await uploadRaw(client(), 'docs', 100));
      const statuses = await inTwenties(ids, async (id) => {
        const answer = await server.request(`/api/files/docs/${id}/download`);
        await answer.arrayBuffer();
        return answer.status;
      });
      expect(statuses).toEqual(ids.map(() => 200));
      await uploadRaw(client(), 'docs', 100_000);
    });
  },
);

/** Twenty at a time, one twenty after the other. */
async function inTwenties<Item, Result>(
  items: readonly Item[],
  work: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  for (let first = 0; first < items.length; first += 20) {
    results.push(...(await Promise.all(items.slice(first, first + 20).map(work))));
  }
  return results;
}
