import type { SeededRandom } from '../seeded-random.ts';
import { expectAcknowledged, expectSoundAtRest, expectTidy } from './invariants.ts';
import { countOne, type Ledger } from './ledger.ts';
import { withSurvivor } from './power-cuts.ts';

const CALLS = [
  ...['openat', 'write', 'writev', 'pwrite64', 'pwritev', 'fsync', 'fdatasync', 'ftruncate', 'fallocate'],
  ...['rename', 'renameat', 'renameat2', 'link', 'linkat', 'unlink', 'unlinkat', 'mkdir', 'mkdirat', 'rmdir'],
  ...['sendto', 'sendmsg'],
];
/** Wakes another thread, or writes a line of the log: nothing that a crash could spoil. */
const HARMLESS = /^\d+ +write\(\d+<(anon_inode:\[eventfd\]|pipe:)/;
const CALL = /^(\d+) +(\w+)\((.*)$/;

/** One call of the scenario, before which the server is killed. */
export interface Moment {
  readonly thread: 'main' | 'pool';
  readonly call: string;
  /** The how manieth such call of that thread. */
  readonly nth: number;
  /** As strace shows it. */
  readonly shown: string;
}

/** What strace is told, so that `momentsIn` can read it. */
export const TRACED = ['-e', `trace=?${CALLS.join(',?')}`] as const;

export const killedBefore = ({ call, shown, thread, nth }: Moment): string =>
  `killed before ${call}(${shown}, ${thread} thread, number ${nth}`;

/** What was traced, in its order; `only` leaves out all lines that it does not match, but counts them. */
export function momentsIn(trace: string, main: number, only = /(?:)/): Moment[] {
  const counts = new Map<string, number>();
  return trace.split('\n').flatMap((line) => {
    const [, tid, call, shown] = CALL.exec(line) ?? [];
    if (tid === undefined || call === undefined || shown === undefined) return [];
    const thread = Number(tid) === main ? 'main' : 'pool';
    countOne(counts, `${thread} ${call}`);
    const nth = counts.get(`${thread} ${call}`) ?? 0;
    return HARMLESS.test(line) || !only.test(line) ? [] : [{ thread, call, nth, shown } as const];
  });
}

/** Some of the moments, of every kind of call in turn. */
export function sample(moments: readonly Moment[], limit: number, random: SeededRandom): readonly Moment[] {
  if (limit >= moments.length) return moments;
  const kinds = [...Map.groupBy(moments, ({ thread, call }) => `${thread} ${call}`).values()];
  const chosen: Moment[] = [];
  for (let turn = random.below(kinds.length); chosen.length < limit; turn += 1) {
    const kind = kinds[turn % kinds.length] ?? [];
    chosen.push(...kind.splice(random.below(kind.length), 1));
  }
  return chosen;
}

/** Holds what a dead server has left in its folder against all that it had acknowledged. */
export async function expectSurvival(folder: string, ledger: Ledger): Promise<void> {
  expectSoundAtRest(folder);
  await expectWellAgain(folder, ledger);
}

/** The same of a server that is started on it. */
export async function expectWellAgain(folder: string, ledger: Ledger): Promise<void> {
  await withSurvivor(folder, true, async (server, project) => {
    await expectTidy(server, project);
    await expectAcknowledged(server, ledger, [...project.schema.buckets.keys()]);
  });
}
