import { systemClock } from '../lib/clock.ts';
import { storageUsage, type BucketReport } from '../operations/storage-usage.ts';
import { openStorage } from '../operations/storage-access.ts';
import { EXIT, FILE_OPTIONS, parseOptions, type Command } from './command.ts';
import { humanSize } from './human-size.ts';
import { loadProject, requireDatabase } from './project.ts';
import { table } from './table.ts';

export const storageUsageCommand: Command = {
  usage: '[--json] [--config alyx.yml] [--schema schema.yaml]',
  summary: 'what each bucket holds, and in which backend',
  async run(args, terminal) {
    const { values } = parseOptions(args, { ...FILE_OPTIONS, json: { type: 'boolean', default: false } });
    const { config, schema } = loadProject(values, terminal);
    requireDatabase(values.config, terminal, config);
    const storage = await openStorage(config, systemClock);
    try {
      const buckets = await storageUsage(storage, schema);
      terminal.stdout.write(values.json ? `${JSON.stringify(toJson(buckets), null, 2)}\n` : toText(buckets));
      return EXIT.ok;
    } finally {
      await storage.close();
    }
  },
};

function toJson(buckets: readonly BucketReport[]) {
  const sum = (pick: (bucket: BucketReport) => number) =>
    buckets.reduce((total, bucket) => total + pick(bucket), 0);
  return {
    buckets: buckets.map(({ bucket, files, bytes, storedBytes, reservedBytes, quota, backends }) => ({
      bucket,
      files,
      bytes,
      stored_bytes: storedBytes,
      reserved_bytes: reservedBytes,
      max_total_size: quota,
      backends: backends.map((share) => ({
        backend: share.backend,
        files: share.files,
        bytes: share.bytes,
        stored_bytes: share.storedBytes,
        files_missing_bytes: share.missing,
      })),
    })),
    total: {
      files: sum(({ files }) => files),
      bytes: sum(({ bytes }) => bytes),
      stored_bytes: sum(({ storedBytes }) => storedBytes),
    },
  };
}

function toText(buckets: readonly BucketReport[]): string {
  const rows = buckets.flatMap(({ bucket, bytes, reservedBytes, quota, backends }) =>
    backends.map((share, index) => [
      index === 0 ? bucket : '',
      share.backend,
      share.files.toLocaleString('en-US'),
      humanSize(share.bytes),
      humanSize(share.storedBytes),
      index > 0 || quota === null ? '' : quotaText(bytes, reservedBytes, quota),
    ]),
  );
  return table([['BUCKET', 'BACKEND', 'FILES', 'SIZE', 'STORED', 'QUOTA'], ...rows], 2);
}

/** Files and promises count alike; of promises nothing else is to be seen in the table. */
function quotaText(bytes: number, reserved: number, quota: number): string {
  const used = `${Math.round(((bytes + reserved) / quota) * 100)}% of ${humanSize(quota)}`;
  return reserved === 0 ? used : `${used} (${humanSize(reserved)} for unfinished uploads)`;
}
