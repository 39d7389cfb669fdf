import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startS3Server, type S3Server } from '../support/s3-server.ts';
import { testSeed } from '../support/seeded-random.ts';
import type { Ledger } from '../support/sweep/ledger.ts';
import { sweepWithKills } from '../support/sweep/kill-sweep.ts';
import { makeTempFolder, type TempFolder } from '../support/temp-folder.ts';
import { KILLS, LONG_TIMEOUT, report, TORTURE } from '../support/torture.ts';

let folder: TempFolder;
let server: S3Server;
beforeEach(async () => {
  folder = makeTempFolder();
  server = await startS3Server();
});
afterEach(async () => {
  await server.stop();
  folder.remove();
});

const sum = (counts: ReadonlyMap<string, number>) =>
  [...counts.values()].reduce((all, count) => all + count, 0);

describe('a server that is killed with -9, again and again, at any moment', () => {
  it(
    'has lost nothing that it acknowledged, shows nothing half, and leaves nothing lying about',
    { timeout: LONG_TIMEOUT },
    async () => {
      const seed = testSeed();
      report(`kill sweep: ALYX_TEST_SEED=${seed}`);
      const s3 = { server, bucket: await server.createBucket() };
      const onProgress = (rounds: number, { acknowledged: count, cutOff: cut }: Ledger) =>
        report(`kill sweep: ${rounds} kills so far, ${count} requests acknowledged, ${sum(cut)} cut off`);
      const sweep = { folder: folder.path, s3, seed, rounds: KILLS, onProgress };
      const { ledger, downloads } = await sweepWithKills(sweep);
      const { acknowledged, tried, cutOff } = ledger;
      report(
        `${KILLS} kills: ${acknowledged} requests acknowledged, ${sum(cutOff)} cut off, ${downloads} downloads compared, ${ledger.count('there')} files at the end`,
      );
      const stages = [...tried].sort().map(([stage, count]) => `${stage} ${cutOff.get(stage) ?? 0}/${count}`);
      report(`cut off / tried: ${stages.join(', ')}`);
      const neverCut = [...tried.keys()].filter((stage) => !cutOff.has(stage));
      if (TORTURE && KILLS >= 300) expect(neverCut).toEqual([]);
    },
  );
});
