import type { Config } from '../config/config.ts';
import { takeProcessLock, tryProcessLock } from '../db/process-lock.ts';
import { OpenBackendsRepository } from '../files/open-backends-repository.ts';
import { systemClock } from '../lib/clock.ts';
import { parseDuration } from '../lib/duration.ts';
import { OperatorError } from '../lib/errors.ts';
import { migrateFiles, type MigrationSummary } from '../operations/migrate-files.ts';
import { MIGRATE_ROLE } from '../operations/move-file.ts';
import { openStorage, type StorageAccess } from '../operations/storage-access.ts';
import type { Schema } from '../schema/schema.ts';
import { requireBackend } from './backend-option.ts';
import { requireBucket } from './bucket-option.ts';
import { EXIT, FILE_OPTIONS, parseOptions, UsageError, type Command, type Terminal } from './command.ts';
import { count, humanDuration, humanSize } from './human-size.ts';
import { loadProject, requireDatabase } from './project.ts';
import { ProgressBar } from './progress-bar.ts';
import { stopOnInterrupt } from './stop-on-interrupt.ts';

/** The server's cleanup looks whether there is a migration by taking the lock for a moment. */
const PATIENCE_MS = 1_000;

interface Wanted {
  readonly to: string;
  readonly bucket: string | undefined;
  readonly drain: number;
}

export const storageMigrateCommand: Command = {
  usage: '--to NAME [--bucket B] [--drain 1m] [--json] [--config alyx.yml] [--schema schema.yaml]',
  summary: "move files' bytes to another backend, while the server runs",
  async run(args, terminal) {
    const { values } = parseOptions(args, {
      ...FILE_OPTIONS,
      to: { type: 'string' },
      bucket: { type: 'string' },
      drain: { type: 'string', default: '1m' },
      json: { type: 'boolean', default: false },
    });
    const { to, bucket } = values;
    if (to === undefined) throw new UsageError('--to NAME is missing: the backend to move files to');
    const drain = parseDuration(values.drain);
    if (drain === null) throw new UsageError(`--drain takes a time such as 1m, not "${values.drain}"`);
    const { config, schema } = loadProject(values, terminal);
    requireBackend(config, to);
    requireDatabase(values.config, terminal, config);
    const storage = await openStorage(config, systemClock);
    try {
      await requireBucket(storage, schema, bucket);
      await requireServerKnows(storage, config, to);
      const lock = await takeProcessLock(config.database.path, MIGRATE_ROLE, PATIENCE_MS);
      try {
        const wanted = { to, bucket, drain };
        const { summary, elapsed } = await migrate(storage, wanted, terminal);
        const text = values.json ? toJson(summary, elapsed) : toText(summary, elapsed, wanted, schema);
        terminal.stdout.write(text);
        return summary.failures.length > 0 || summary.interrupted ? EXIT.failed : EXIT.ok;
      } finally {
        lock.release();
      }
    } finally {
      await storage.close();
    }
  },
};

/** A server that was started before the backend came into alyx.yml could not read what is moved there. */
async function requireServerKnows({ database }: StorageAccess, config: Config, to: string): Promise<void> {
  const lock = tryProcessLock(config.database.path, 'server');
  if (lock !== null) {
    lock.release();
    return;
  }
  if ((await new OpenBackendsRepository(database).names()).includes(to)) return;
  throw new OperatorError(
    `the running server does not know the backend "${to}" yet: restart it first, so that it reads the alyx.yml of now`,
  );
}

async function migrate(storage: StorageAccess, wanted: Wanted, { stderr }: Terminal) {
  const { storedBytes } = await storage.places.totals({ notIn: wanted.to, bucket: wanted.bucket });
  const bar = new ProgressBar(stderr, storedBytes);
  try {
    const summary = await migrateFiles(storage, {
      ...wanted,
      signal: stopOnInterrupt(),
      log: { warn: (_context, message) => void stderr.write(`${message}\n`) },
      onBytes: (bytes) => bar.add(bytes),
    });
    return { summary, elapsed: bar.elapsed };
  } finally {
    bar.clear();
  }
}

function toJson(
  { files, bytes, deleted, failures, left, interrupted }: MigrationSummary,
  elapsed: number,
): string {
  const seconds = Math.round(elapsed) / 1000;
  const report = {
    moved: files,
    bytes,
    seconds,
    deleted_meanwhile: deleted,
    left,
    interrupted,
    failed: failures,
  };
  return `${JSON.stringify(report, null, 2)}\n`;
}

function toText(summary: MigrationSummary, elapsed: number, { to, bucket }: Wanted, schema: Schema): string {
  const { files, bytes, deleted, failures, left, interrupted } = summary;
  const rate = humanSize(bytes / Math.max(elapsed / 1000, 0.001));
  const lines = [
    `moved ${count(files, 'file')} (${humanSize(bytes)}) to ${to} in ${humanDuration(elapsed)} (${rate}/s)`,
  ];
  if (deleted > 0) lines.push(`${count(deleted, 'file')} went meanwhile`);
  if (failures.length > 0) lines.push(`${count(failures.length, 'file')} could not be moved:`);
  for (const failure of failures) {
    lines.push(
      `  ${failure.bucket}/${failure.path} (${failure.id}) on ${failure.backend}: ${failure.reason}`,
    );
  }
  if (interrupted) lines.push('interrupted; the same command goes on from here');
  else if (left > failures.length) {
    lines.push(`${count(left - failures.length, 'file')} came meanwhile; run this again`);
  }
  for (const { name, backend } of schema.buckets.values()) {
    if (backend === to || (bucket !== undefined && bucket !== name)) continue;
    lines.push(`note: new files of the bucket "${name}" still go to ${backend}, as schema.yaml says`);
  }
  return `${lines.join('\n')}\n`;
}
