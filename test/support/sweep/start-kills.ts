import { cpSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import BetterSqlite3 from 'better-sqlite3';
import { expect, vi } from 'vitest';
import { SeededRandom } from '../seeded-random.ts';
import { ServerProcess, unlessKilled } from '../server-process.ts';
import { makeTempFolder, type TempFolder } from '../temp-folder.ts';
import { startApp } from '../test-app.ts';
import { countOne, Ledger } from './ledger.ts';
import {
  expectSurvival,
  expectWellAgain,
  killedBefore,
  momentsIn,
  sample,
  TRACED,
  type Moment,
} from './moments.ts';
import { openProject } from './project.ts';
import { leaveComplete, prepare, sameClient } from './scenario.ts';
import type { SyscallKillFigures, SyscallKillsOptions } from './syscall-kills.ts';

/** Calls that touch the server's data: Node reads its modules with thousands of others. */
const DATA = /\/data\//;

/** What a server finds when it starts. */
interface Scene {
  readonly name: string;
  readonly fill: (folder: string) => Promise<Ledger>;
  readonly expectWell: (folder: string, ledger: Ledger) => Promise<void>;
}

const SCENES: readonly Scene[] = [
  { name: 'on nothing', fill: async () => new Ledger(), expectWell: expectWellAgain },
  {
    name: 'on leftovers of an older Alyx, under a new schema',
    fill: fillWithLeftovers,
    expectWell: expectSurvival,
  },
];

/** Kills the server before one system call after the other of its start, and of its end, each time on the same data. */
export async function killStarts({ seed, limit }: SyscallKillsOptions): Promise<SyscallKillFigures> {
  const random = new SeededRandom(seed);
  const killed = new Map<string, number>();
  const cutOff = new Map<string, number>();
  let missed = 0;
  let known = 0;
  for (const scene of SCENES) {
    const template = makeTempFolder();
    try {
      const ledger = await scene.fill(template.path);
      const moments = await listMoments(template);
      known += moments.length;
      for (const moment of sample(moments, Math.ceil(limit / SCENES.length), random)) {
        if (await killAt(template, scene, ledger, moment)) {
          countOne(killed, moment.call);
          countOne(cutOff, `a start ${scene.name}`);
        } else missed += 1;
      }
    } finally {
      template.remove();
    }
  }
  return { moments: known, killed, missed, cutOff };
}

async function fillWithLeftovers(folder: string): Promise<Ledger> {
  const project = openProject({ folder, durable: true });
  const { earlierSchemaText: schema, configText: config } = project;
  const app = await startApp({ folder, schema, config });
  try {
    const ledger = new Ledger();
    const client = sameClient({ request: (path, init) => fetch(`${app.url}${path}`, init) }, ledger, project);
    await prepare(client, project);
    await leaveComplete(client, project);
    return ledger;
  } finally {
    await app.close();
    makeOlder(project.config.database.path);
  }
}

/** Undoes the last migrations, which left nothing else behind. */
function makeOlder(path: string): void {
  const database = new BetterSqlite3(path);
  database.exec(`
    DROP INDEX _alyx_files_own_read;
    ALTER TABLE _alyx_files DROP COLUMN own_read_rule;
    DROP TABLE _alyx_damaged_files;
    DROP TABLE _alyx_backups;
    DROP INDEX _alyx_files_owner;
    DROP INDEX _alyx_files_recent;
    DROP INDEX _alyx_files_missing;
    PRAGMA user_version = 3;
  `);
  database.close();
}

function copyOf(template: TempFolder): TempFolder {
  const folder = makeTempFolder();
  cpSync(template.path, folder.path, { recursive: true, preserveTimestamps: true });
  return folder;
}

/** Starts and stops the server under strace; resolves to how it ended. Rejects when it would not start by itself. */
async function startAndStop(
  folder: string,
  strace: readonly string[],
  onSpawn: (pid: number) => void = () => undefined,
): Promise<number | NodeJS.Signals | null> {
  const { schemaText: schema, configText: config } = openProject({ folder, durable: true });
  const starting = ServerProcess.start({
    folder,
    schema,
    config,
    // One thread in the pool, so that its calls come in one order.
    env: { UV_THREADPOOL_SIZE: '1' },
    // -D leaves the process that is spawned to the server.
    through: ['strace', '-D', '-f', ...strace],
    onSpawn,
  });
  const server = await starting.catch(unlessKilled);
  return server === null ? 'SIGKILL' : server.stop();
}

async function listMoments(template: TempFolder): Promise<Moment[]> {
  const folder = copyOf(template);
  try {
    const output = join(folder.path, 'trace');
    let main = -1;
    await startAndStop(folder.path, ['-y', '-s', '24', ...TRACED, '-o', output], (pid) => (main = pid));
    const trace = () => readFileSync(output, 'utf8');
    const ended = new RegExp(`^${main} +\\+\\+\\+ exited with 0`, 'm');
    await vi.waitFor(() => expect(trace()).toMatch(ended), { timeout: 20_000 });
    return momentsIn(trace(), main, DATA);
  } finally {
    folder.remove();
  }
}

/** Whether that call came this time: threads do not take turns in the same way twice. */
async function killAt(template: TempFolder, scene: Scene, ledger: Ledger, moment: Moment): Promise<boolean> {
  const folder = copyOf(template);
  try {
    const { call, nth } = moment;
    const inject = [
      '-e',
      `trace=${call}`,
      '-e',
      `inject=${call}:signal=SIGKILL:when=${nth}`,
      '-o',
      '/dev/null',
    ];
    const outcome = await startAndStop(folder.path, inject);
    await scene.expectWell(folder.path, ledger.clone());
    return outcome === 'SIGKILL';
  } catch (error) {
    throw new Error(`a start ${scene.name}, ${killedBefore(moment)}`, { cause: error });
  } finally {
    folder.remove();
  }
}
