import { cpSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SeededRandom } from '../seeded-random.ts';
import { ServerProcess } from '../server-process.ts';
import { fileThreads, Strace } from '../strace.ts';
import { makeTempFolder, type TempFolder } from '../temp-folder.ts';
import { countOne, Ledger } from './ledger.ts';
import { expectSurvival, killedBefore, momentsIn, sample, TRACED, type Moment } from './moments.ts';
import { openProject } from './project.ts';
import { play, prepare, sameClient } from './scenario.ts';
import { withSurvivor } from './power-cuts.ts';

export interface SyscallKillsOptions {
  readonly seed: number;
  /** How many of the moments are tried, by chance. */
  readonly limit: number;
}

export interface SyscallKillFigures {
  readonly moments: number;
  /** By call. */
  readonly killed: ReadonlyMap<string, number>;
  /** Moments that did not come this time: threads do not take turns in the same way twice. */
  readonly missed: number;
  /** What was cut off, by what it was. */
  readonly cutOff: ReadonlyMap<string, number>;
}

/** Kills the server before one system call after the other of the same scenario, each time on the same data. */
export async function killAtSyscalls({ seed, limit }: SyscallKillsOptions): Promise<SyscallKillFigures> {
  const template = makeTempFolder();
  try {
    const known = await makeTemplate(template.path);
    const moments = await listMoments(template.path, known);
    const random = new SeededRandom(seed);
    const chosen = sample(moments, limit, random);
    const killed = new Map<string, number>();
    const cutOff = new Map<string, number>();
    let missed = 0;
    for (const moment of chosen) {
      const at = await killAt(template.path, known, moment);
      if (at === null) missed += 1;
      else {
        countOne(killed, moment.call);
        countOne(cutOff, at);
      }
    }
    return { moments: moments.length, killed, missed, cutOff };
  } finally {
    template.remove();
  }
}

async function makeTemplate(folder: string): Promise<Ledger> {
  const ledger = new Ledger();
  await withSurvivor(folder, true, (server, project) =>
    prepare(sameClient(server, ledger, project), project),
  );
  return ledger;
}

interface Trial {
  readonly folder: TempFolder;
  readonly server: ServerProcess;
  readonly ledger: Ledger;
}

async function startTrial(template: string, known: Ledger): Promise<Trial> {
  const folder = makeTempFolder();
  cpSync(template, folder.path, { recursive: true, preserveTimestamps: true });
  const { schemaText: schema, configText: config } = openProject({ folder: folder.path, durable: true });
  // One thread in the pool, so that its calls come in one order.
  const env = { UV_THREADPOOL_SIZE: '1' };
  const server = await ServerProcess.start({ folder: folder.path, schema, config, env });
  return { folder, server, ledger: known.clone() };
}

const clientOf = ({ folder, server, ledger }: Trial) =>
  sameClient(server, ledger, openProject({ folder: folder.path, durable: true }));

async function listMoments(template: string, known: Ledger): Promise<Moment[]> {
  const trial = await startTrial(template, known);
  try {
    const output = join(trial.folder.path, 'trace');
    const { main, pool } = fileThreads(trial.server.pid);
    const args = ['-y', '-s', '24', ...TRACED, '-o', output];
    const strace = await Strace.attach([main, ...pool], ...args);
    const outcome = await play(clientOf(trial));
    await strace.detach();
    if (outcome !== 'done') throw new Error('the server died by itself');
    return momentsIn(readFileSync(output, 'utf8'), main);
  } finally {
    await endTrial(trial);
  }
}

/** Resolves to what the client was in the middle of; null when the scenario came to its end without that call. */
async function killAt(template: string, known: Ledger, moment: Moment): Promise<string | null> {
  const trial = await startTrial(template, known);
  try {
    const { main, pool } = fileThreads(trial.server.pid);
    const { call, nth, thread } = moment;
    const inject = [`trace=${call}`, `inject=${call}:signal=SIGKILL:when=${nth}`];
    const args = inject.flatMap((expression) => ['-e', expression]);
    await Strace.attach(thread === 'main' ? [main] : pool, ...args, '-o', '/dev/null');
    const client = clientOf(trial);
    const outcome = await play(client);
    await trial.server.kill();
    await expectSurvival(trial.folder.path, trial.ledger);
    return outcome === 'done' ? null : client.at;
  } catch (error) {
    throw new Error(killedBefore(moment), { cause: error });
  } finally {
    await endTrial(trial);
  }
}

async function endTrial({ server, folder }: Trial): Promise<void> {
  await server.kill();
  folder.remove();
}
