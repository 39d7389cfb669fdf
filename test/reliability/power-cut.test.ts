import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { lacks } from '../support/machine.ts';
import { testSeed } from '../support/seeded-random.ts';
import { PowerCutDisk } from '../support/sweep/power-cut-disk.ts';
import { countLosses, cutPower, expectSurvival } from '../support/sweep/power-cuts.ts';
import { makeTempFolder, type TempFolder } from '../support/temp-folder.ts';
import { CUTS, LONG_TIMEOUT, report } from '../support/torture.ts';

let folder: TempFolder;
let disk: PowerCutDisk;

describe.skipIf(lacks('power cuts', 'mount', 'mkfs.xfs', 'mkfs.ext4'))('a disk whose power is cut', () => {
  beforeEach(() => {
    folder = makeTempFolder();
    disk = new PowerCutDisk(folder.path);
  });

  afterEach(() => {
    disk.dispose();
    folder.remove();
  });

  it(
    'still holds, with durable: true, everything that was acknowledged',
    { timeout: LONG_TIMEOUT },
    async () => {
      const seed = testSeed();
      const cuts = await cutPower({ disk, durable: true, seed, cuts: CUTS });
      let downloads = 0;
      for (const cut of cuts) downloads += await expectSurvival(disk, cut);
      const { acknowledged } = cuts.at(-1)?.ledger ?? { acknowledged: 0 };
      report(
        `${CUTS} power cuts (ALYX_TEST_SEED=${seed}): ${acknowledged} requests acknowledged, ${downloads} downloads compared, nothing lost`,
      );
    },
  );

  // Also the proof that the test above would see a loss.
  it('has lost, with durable: false, the last seconds; what is damaged the check finds', async () => {
    const seed = testSeed();
    const [cut] = await cutPower({ disk, durable: false, seed, cuts: 1 });
    if (cut === undefined) throw new Error('no cut was made');
    const { acknowledged, forgotten, damaged, found } = await countLosses(disk, cut);
    report(
      `a power cut with durable: false: of ${acknowledged} acknowledged files ${forgotten} forgotten, ${damaged.length} damaged`,
    );
    expect(forgotten + damaged.length).toBeGreaterThan(0);
    expect(found).toEqual(damaged);
  });
});
