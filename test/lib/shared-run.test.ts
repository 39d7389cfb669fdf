import { describe, expect, it } from 'vitest';
import { SharedRun } from '../../src/lib/shared-run.ts';

/** Runs that end when the test says so. */
function controlled() {
  const runs: PromiseWithResolvers<undefined>[] = [];
  const shared = new SharedRun(() => {
    const run = Promise.withResolvers<undefined>();
    runs.push(run);
    return run.promise;
  });
  return { shared, runs };
}

describe('a shared run', () => {
  it('begins at once, and those who come meanwhile share the next one', async () => {
    const { shared, runs } = controlled();
    const first = shared.run();
    const second = shared.run();
    const third = shared.run();
    expect(runs).toHaveLength(1);
    runs[0]?.resolve(undefined);
    await first;
    await expect.poll(() => runs.length).toBe(2);
    runs[1]?.resolve(undefined);
    await Promise.all([second, third]);
    expect(runs).toHaveLength(2);
    expect(shared.isIdle).toBe(true);
  });

  it('that failed is told to those who waited for it, and to nobody else', async () => {
    const { shared, runs } = controlled();
    const first = expect(shared.run()).rejects.toThrow('no');
    const second = shared.run();
    runs[0]?.reject(new Error('no'));
    await first;
    await expect.poll(() => runs.length).toBe(2);
    runs[1]?.resolve(undefined);
    await second;
    expect(shared.isIdle).toBe(true);
  });
});
