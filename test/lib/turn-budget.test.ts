import { afterEach, beforeEach, expect, it } from 'vitest';
import { TurnBudget } from '../../src/lib/turn-budget.ts';

const PER_TURN = 3;

let clock: number;
let said: string[];
let turns: TurnBudget;
beforeEach(() => {
  clock = 0;
  said = [];
  turns = new TurnBudget({
    perTurn: PER_TURN,
    around: { begin: () => said.push('begin'), end: () => said.push('end') },
    now: () => clock,
  });
});

/** Lets the last turn end. */
const turnOver = () => new Promise(setImmediate);
afterEach(turnOver);

/** Has `count` things begin that take `ms` each; resolves to how many began in each turn. */
async function crowd(count: number, ms: number): Promise<number[]> {
  const groups: number[] = [];
  let turn: object | null = null;
  const begun = Array.from(
    { length: count },
    () =>
      new Promise<void>((resolve) =>
        turns.take(() => {
          clock += ms;
          if (turn === null) {
            groups.push(0);
            turn = setImmediate(() => (turn = null));
          }
          groups[groups.length - 1] = (groups.at(-1) ?? 0) + 1;
          resolve();
        }),
      ),
  );
  await Promise.all(begun);
  return groups;
}

it('what comes together begins together, in order, and not before the next turn', async () => {
  const begun: string[] = [];
  const all = ['a', 'b', 'c'].map(
    (name) => new Promise<void>((resolve) => turns.take(() => resolve(void begun.push(name)))),
  );
  await Promise.resolve();
  expect(begun).toEqual([]);
  await Promise.all(all);
  expect(begun).toEqual(['a', 'b', 'c']);
});

it('while turns are short, more and more begin in each, up to a limit', async () => {
  const groups = await crowd(300, 0.001);
  expect(groups.slice(0, 6)).toEqual([4, 8, 16, 32, 64, 64]);
});

it('when turns take too long, fewer begin in each, but never too few to get on', async () => {
  await crowd(300, 0.001);
  const groups = await crowd(150, 1);
  expect(groups.slice(0, 6)).toEqual([64, 32, 16, 8, 4, 4]);
});

it('turns that neither take too long nor leave much time stay as they are', async () => {
  await crowd(12, 0.001);
  expect(await crowd(30, 0.15)).toEqual([16, 14]);
  expect(await crowd(30, 0.15)).toEqual([16, 14]);
});

it('what is around several is done before the first begins, and after what each has begun', async () => {
  const name = async (what: string) => {
    await new Promise<void>((resolve) => turns.take(resolve));
    said.push(`${what} 1`);
    await Promise.resolve();
    said.push(`${what} 2`);
  };
  await Promise.all([name('a'), name('b')]);
  await turnOver();
  expect(said).toEqual(['begin', 'a 1', 'b 1', 'a 2', 'b 2', 'end']);
});

it('nothing is done around one alone', async () => {
  await crowd(1, 0);
  await turnOver();
  expect(said).toEqual([]);
});

it('what comes while others wait does not go ahead of them', async () => {
  const begun: string[] = [];
  const take = (name: string) =>
    new Promise<void>((resolve) =>
      turns.take(() => {
        begun.push(name);
        resolve();
      }),
    );
  const first = ['a', 'b', 'c', 'd', 'e'].map(take);
  await first[0];
  await Promise.all([...first, take('f')]);
  expect(begun).toEqual(['a', 'b', 'c', 'd', 'e', 'f']);
});
