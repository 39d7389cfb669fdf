import { afterEach, beforeEach, describe, it } from 'vitest';
import { sweepWithKills } from '../support/kill-sweep.ts';
import { testSeed } from '../support/seeded-random.ts';
import { makeTempFolder, type TempFolder } from '../support/temp-folder.ts';
import { KILLS, LONG_TIMEOUT, report } from '../support/torture.ts';

let folder: TempFolder;
beforeEach(() => (folder = makeTempFolder()));
afterEach(() => folder.remove());

describe('a server that is killed with -9, again and again, at any moment', () => {
  it(
    'has lost nothing that it acknowledged, shows nothing half, and leaves nothing lying about',
    { timeout: LONG_TIMEOUT },
    async () => {
      const seed = testSeed();
      report(`kill sweep: ALYX_TEST_SEED=${seed}`);
      await sweepWithKills({ folder: folder.path, seed, rounds: KILLS, report });
    },
  );
});
