import { describe, expect, it } from 'vitest';
import { Budget } from '../../bench/budget.ts';

describe("a benchmark's time", () => {
  it('is spent on what fits into what is left of it, going by how long it took before', async () => {
    let now = 0;
    const budget = new Budget(10, () => now);
    const minutes = (count: number) => async () => void (now += count * 60_000);
    await budget.spendOn('short', minutes(1));
    await budget.spendOn('long', minutes(6));
    expect(budget.minutes).toBe(7);
    expect(['short', 'long', 'new'].map((piece) => budget.hasTimeFor(piece))).toEqual([true, false, true]);
    await budget.spendOn('new', minutes(3));
    expect(budget.isSpent).toBe(true);
    expect(budget.hasTimeFor('never done')).toBe(false);
  });

  it('ends what is under way when it is over', async () => {
    let now = 0;
    const budget = new Budget(10, () => now);
    expect(await budget.within(Promise.resolve('done'))).toBe('done');
    now = 11 * 60_000;
    expect(await budget.within(new Promise(() => undefined))).toBeNull();
  });
});
