import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { createTokens } from '../../src/auth/tokens.ts';
import { loadConfig } from '../../src/config/load-config.ts';
import { loadSchema } from '../../src/schema/load-schema.ts';
import { OPEN_RULES } from './files-api.ts';
import { expectAcknowledged, expectSoundAtRest, expectTidy, type Project } from './invariants.ts';
import { sendTraffic } from './kill-traffic.ts';
import { Ledger } from './ledger.ts';
import { OPEN } from './records-api.ts';
import { SeededRandom } from './seeded-random.ts';
import { ServerProcess } from './server-process.ts';
import { TEST_SECRET } from './test-app.ts';

const CONFIG = `
server: { port: 0 }
database: { path: ./data/alyx.db }
auth: { jwt: { secret: ${TEST_SECRET} } }
storage:
  durable: false
  backends:
    local: { type: filesystem, path: ./data/storage/local }
    other: { type: filesystem, path: ./data/storage/other }
  tus: { path: ./data/uploads }
`;

const SCHEMA = `
buckets:
  docs: { backend: local, rules: ${OPEN_RULES} }
  packed: { backend: local, compression: zstd, rules: ${OPEN_RULES} }
  zipped: { backend: local, compression: gzip, rules: ${OPEN_RULES} }
collections:
  posts:
    fields:
      id: { type: uuid, primary: true, default: auto }
      cover: { type: file, nullable: true, file: { bucket: docs, onDelete: cascade } }
      gallery: { type: "file[]", file: { bucket: docs, onDelete: cascade } }
    rules: ${OPEN}
`;

const CLIENTS = 6;
/** A server that answers nobody for this long is a finding of its own. */
const STALLED_MS = 30_000;

export interface KillSweepOptions {
  readonly folder: string;
  readonly seed: number;
  /** How often the server is killed. */
  readonly rounds: number;
  readonly report: (line: string) => void;
}

/**
 * Kills the real server at random moments while clients upload, delete, replace and clean up and files are moved between
 * backends, starts it again on what is left, and holds it against everything that it had acknowledged.
 */
export async function sweepWithKills({ folder, seed, rounds, report }: KillSweepOptions): Promise<void> {
  const random = new SeededRandom(seed);
  const ledger = new Ledger();
  const project = openProject(folder);
  let checked = 0;
  let migrations = 0;
  for (let round = 0; ; round += 1) {
    const server = await ServerProcess.start({ folder, schema: SCHEMA, config: CONFIG });

    try {
      await expectTidy(server, project);

      checked += await expectAcknowledged(server, ledger, project.schema);

      if (round === rounds) break;
      const to = round % 3 === 1 ? (round % 2 === 1 ? 'other' : 'local') : null;
      const migration = to === null ? null : migrate(folder, to);
      if (migration !== null) migrations += 1;
      await trafficUntilKill(server, { ledger, random, adminToken: project.adminToken }, migration);
    } finally {
      await server.kill();
    }
    expectSoundAtRest(project);
  }
  const unanswered = [...ledger.unanswered].map(([name, count]) => `${count} × ${name}`).join(', ');
  report(
    `${rounds} kills (seed ${seed}): ${ledger.acknowledged} acknowledged requests, ${migrations} migrations; cut off: ` +
      `${unanswered}; ${checked} downloads compared, ${ledger.count('there')} files at the end`,
  );
}

function openProject(folder: string): Project {
  const { config } = loadConfig({ text: CONFIG, file: join(folder, 'alyx.yml'), env: {} });
  const schema = loadSchema({ text: `version: 1\n${SCHEMA}`, file: 'schema.yaml', config });
  const admin = { id: 'root', email: 'root@example.com', role: 'admin', verified: true, metadata: {} };
  const adminToken = createTokens(config.auth.jwt).sign(admin, 24 * 3_600_000);
  return { folder, config, schema, adminToken };
}

function migrate(folder: string, to: string): ChildProcess {
  const main = resolve(import.meta.dirname, '../../src/main.ts');
  const args = [
    '--disable-warning=ExperimentalWarning',
    main,
    'storage',
    'migrate',
    '--to',
    to,
    '--drain',
    '0s',
  ];
  return spawn(process.execPath, args, { cwd: folder, stdio: 'ignore' });
}

async function trafficUntilKill(
  server: ServerProcess,
  traffic: { ledger: Ledger; random: SeededRandom; adminToken: string },
  migration: ChildProcess | null,
): Promise<void> {
  const { ledger, random } = traffic;
  const clients = Array.from({ length: CLIENTS }, () => sendTraffic({ server, ...traffic }));
  const failed = Promise.all(clients);
  failed.catch(() => undefined);
  // As many requests as luck has it, and then a moment more: a slow machine is killed in no other place than a fast one.
  const until = ledger.acknowledged + 5 + random.below(60);
  const moment = random.below(20);
  for (let waited = 0; ledger.acknowledged < until; waited += 5) {
    if (waited > STALLED_MS) throw new Error('the server answers nobody any more');
    await Promise.race([pause(5), failed]);
  }
  await pause(moment);
  if (migration !== null && random.chance(0.5)) migration.kill('SIGKILL');
  await server.kill();
  if (migration !== null) {
    migration.kill('SIGKILL');
    if (migration.exitCode === null && migration.signalCode === null) await once(migration, 'exit');
  }
  await Promise.all(clients);
}
