import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { expect, vi } from 'vitest';
import { hasOpen } from '../process-figures.ts';
import { SeededRandom } from '../seeded-random.ts';
import { ALYX, ServerProcess, unlessKilled, type ServerProcessOptions } from '../server-process.ts';
import type { Traffic } from './client.ts';
import { expectAcknowledged, expectSoundAtRest, expectTidy } from './invariants.ts';
import { countOne, Ledger } from './ledger.ts';
import { openProject, type S3Place } from './project.ts';
import { sendTraffic } from './traffic.ts';

const CLIENTS = 6;
/** Rounds between two words on how far it is. */
const PROGRESS = 25;
/** A server that answers nobody for this long is a finding of its own. */
const STALLED_MS = 30_000;
/** What is left of a start, on a quiet machine, when it has opened the database; and some more. */
const STARTING_MS = 150;
const BACKENDS = ['local', 'other', 's3'];

export interface KillSweepOptions {
  readonly folder: string;
  readonly s3: S3Place;
  readonly seed: number;
  /** How often the server is killed. */
  readonly rounds: number;
  /** Told now and then how far it is. */
  readonly onProgress: (rounds: number, ledger: Ledger) => void;
}

export interface KillSweepFigures {
  readonly ledger: Ledger;
  readonly downloads: number;
}

/**
 * Kills the real server at random moments while clients upload, delete, replace and clean up and files are moved between
 * backends, starts it again on what is left, and holds it against everything that it had acknowledged.
 */
export async function sweepWithKills(options: KillSweepOptions): Promise<KillSweepFigures> {
  const { folder, s3, seed, rounds, onProgress } = options;
  const random = new SeededRandom(seed);
  const ledger = new Ledger();
  let downloads = 0;
  for (let round = 0; ; round += 1) {
    const project = openProject({ folder, s3, durable: round % 2 === 0 });
    const { schemaText: schema, configText: config } = project;
    const buckets = [...project.schema.buckets.keys()];
    const server = await ServerProcess.start({ folder, schema, config });
    try {
      await expectTidy(server, project);
      downloads += await expectAcknowledged(server, ledger, buckets);
      if (round === rounds) return { ledger, downloads };
      if (round > 0 && round % PROGRESS === 0) onProgress(round, ledger);
      const migration = round % 2 === 1 ? new Migration(folder, random.pick(BACKENDS)) : null;
      const { adminToken } = project;
      await trafficUntilKill(server, { server, ledger, random, adminToken, buckets }, migration);
    } finally {
      await server.kill();
    }
    expectSoundAtRest(folder);
    if (random.chance(0.5)) {
      await killWhileStarting({ folder, schema, config }, ledger, random);
      expectSoundAtRest(folder);
    }
  }
}

/** Kills a server between its opening the database and a moment after it listens. */
async function killWhileStarting(
  options: ServerProcessOptions,
  ledger: Ledger,
  random: SeededRandom,
): Promise<void> {
  const after = random.below(STARTING_MS);
  const kill = async (pid: number) => {
    await vi.waitFor(() => expect(hasOpen(pid, 'alyx.db')).toBe(true), { timeout: STALLED_MS, interval: 2 });
    await pause(after);
    process.kill(pid, 'SIGKILL');
  };
  let killing = Promise.resolve();
  const onSpawn = (pid: number) => void (killing = kill(pid));
  const server = await ServerProcess.start({ ...options, onSpawn }).catch(unlessKilled);
  await killing;
  await server?.kill();
  countOne(ledger.tried, 'start');
  if (server === null) countOne(ledger.cutOff, 'start');
}

/** `alyx storage migrate` in a process of its own. */
class Migration {
  readonly to: string;
  readonly #child: ChildProcess;

  constructor(folder: string, to: string) {
    this.to = to;
    const args = [...ALYX, 'storage', 'migrate', '--to', to, '--drain', '0s'];
    this.#child = spawn(process.execPath, args, { cwd: folder, stdio: 'ignore' });
  }

  get isRunning(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  kill(): void {
    this.#child.kill('SIGKILL');
  }

  async ended(): Promise<void> {
    if (this.isRunning) await once(this.#child, 'exit');
  }
}

async function trafficUntilKill(
  server: ServerProcess,
  traffic: Traffic,
  migration: Migration | null,
): Promise<void> {
  const { ledger, random } = traffic;
  const clients = Array.from({ length: CLIENTS }, () => sendTraffic(traffic));
  const failed = Promise.all(clients);
  failed.catch(() => undefined);
  // As many requests as luck has it, and then a moment more: a slow machine is killed in no other place than a fast one.
  await acknowledged(ledger, 5 + random.below(60), failed);
  await pause(random.below(20));
  if (migration !== null) {
    countOne(ledger.tried, `migration to ${migration.to}`);
    if (migration.isRunning) countOne(ledger.cutOff, `migration to ${migration.to}`);
    if (random.chance(0.5)) migration.kill();
  }
  await server.kill();
  migration?.kill();
  await migration?.ended();
  await failed;
}

/** Waits until the server has acknowledged so many requests more. */
export async function acknowledged(ledger: Ledger, more: number, failed: Promise<unknown>): Promise<void> {
  const until = ledger.acknowledged + more;
  for (let waited = 0; ledger.acknowledged < until; waited += 5) {
    if (waited > STALLED_MS) throw new Error('the server answers nobody any more');
    await Promise.race([pause(5), failed]);
  }
}
