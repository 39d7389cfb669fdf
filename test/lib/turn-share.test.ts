import { afterEach, beforeEach, expect, it } from 'vitest';
import { TurnShare } from '../../src/lib/turn-share.ts';

let turn: number;
let counting: NodeJS.Immediate;
beforeEach(() => {
  turn = 0;
  const count = () => {
    turn += 1;
    counting = setImmediate(count);
  };
  counting = setImmediate(count);
});
afterEach(() => clearImmediate(counting));

it('no more begins in one turn of the event loop than the share allows, in order, and all of it in the end', async () => {
  const share = new TurnShare(3);
  const begun: { what: number; turn: number }[] = [];
  const all = Array.from({ length: 10 }, (_, n) => n);
  await Promise.all(all.map((n) => share.wait().then(() => begun.push({ what: n, turn }))));
  expect(begun.map(({ what }) => what)).toEqual(all);
  expect(Object.values(Object.groupBy(begun, (one) => one.turn)).map((group) => group?.length)).toEqual([
    3, 3, 3, 1,
  ]);
});

it('what comes while others wait does not go ahead of them', async () => {
  const share = new TurnShare(1);
  const begun: string[] = [];
  const begin = (name: string) => share.wait().then(() => begun.push(name));
  const first = [begin('a'), begin('b'), begin('c')];
  await first[0];
  await Promise.all([...first, begin('d')]);
  expect(begun).toEqual(['a', 'b', 'c', 'd']);
});

it('where nothing is in the way, it begins at once', () => {
  let begun = false;
  new TurnShare(1).take(() => (begun = true));
  expect(begun).toBe(true);
});
