import type { UploadsContext } from '../uploads/uploads-context.ts';
import { lastByteAt, uploadState } from '../uploads/upload-state.ts';
import type { BackendHealth } from './backend-health.ts';
import type { BucketOverview } from './bucket-overview.ts';
import type { TroubleRepository } from './trouble-repository.ts';

export const PROBLEM_CODES = [
  'BACKEND_UNAVAILABLE',
  'BYTES_MISSING',
  'BYTES_DAMAGED',
  'DELETIONS_OVERDUE',
  'UPLOADS_STUCK',
  'QUOTA_NEARLY_REACHED',
] as const;

/** Something that does not mend itself. */
export interface OperatorProblem {
  readonly code: (typeof PROBLEM_CODES)[number];
  /** What it is about: a bucket or a backend. */
  readonly subject: string;
  readonly count: number;
  /** What is wrong and what to do, in a sentence for people. */
  readonly message: string;
}

export interface ProblemContext {
  readonly uploads: UploadsContext;
  readonly trouble: TroubleRepository;
}

/** Later than this it is no passing trouble any more: the next cleanup has tried again by then. */
const OVERDUE_MS = 2 * 3_600_000;
const STUCK_MS = 15 * 60_000;
const NEARLY = 0.95;

export async function findProblems(
  { uploads, trouble }: ProblemContext,
  buckets: readonly BucketOverview[],
  backends: readonly BackendHealth[],
): Promise<OperatorProblem[]> {
  return [
    ...backends.flatMap(unavailable),
    ...buckets.flatMap(bytesMissing),
    ...(await bytesDamaged(trouble)),
    ...(await deletionsOverdue(trouble, uploads.files.clock())),
    ...(await uploadsStuck(uploads)),
    ...buckets.flatMap(quotaNearlyReached),
  ];
}

function unavailable({ name, error, files, buckets }: BackendHealth): OperatorProblem[] {
  if (error === undefined || (files === 0 && buckets.length === 0)) return [];
  const message = `Backend "${name}" cannot serve its ${files} files: ${error}.`;
  return [{ code: 'BACKEND_UNAVAILABLE', subject: name, count: files, message }];
}

function bytesMissing({ name, missingFiles: count }: BucketOverview): OperatorProblem[] {
  if (count === 0) return [];
  const message = `The bytes of ${count} files of bucket "${name}" are gone; restore them and run "alyx storage check --repair", or delete the files.`;
  return [{ code: 'BYTES_MISSING', subject: name, count, message }];
}

async function bytesDamaged(trouble: TroubleRepository): Promise<OperatorProblem[]> {
  return [...(await trouble.damagedFilesByBucket())].map(([name, count]) => {
    const message = `The bytes of ${count} files of bucket "${name}" are damaged; restore them and run "alyx storage check --deep --repair", or delete the files.`;
    return { code: 'BYTES_DAMAGED', subject: name, count, message };
  });
}

async function deletionsOverdue(trouble: TroubleRepository, now: number): Promise<OperatorProblem[]> {
  const overdue = await trouble.overdueDeletions(now - OVERDUE_MS);
  return overdue.map(({ backend, objects: count, since }) => {
    const message = `${count} deleted objects still lie in backend "${backend}", since ${new Date(since).toISOString()}: deleting them fails; the log says why.`;
    return { code: 'DELETIONS_OVERDUE', subject: backend, count, message };
  });
}

async function uploadsStuck(uploads: UploadsContext): Promise<OperatorProblem[]> {
  const now = uploads.files.clock();
  const complete = (await uploads.uploads.listComplete()).filter(
    (upload) => uploadState(uploads, upload) === 'finishing' && now - lastByteAt(uploads, upload) > STUCK_MS,
  );
  return [...Map.groupBy(complete, ({ bucket }) => bucket)].map(([bucket, { length: count }]) => {
    const message = `${count} uploads to bucket "${bucket}" are complete, but making them files fails; the log says why.`;
    return { code: 'UPLOADS_STUCK', subject: bucket, count, message };
  });
}

function quotaNearlyReached({ name, quota, bytes, reservedBytes }: BucketOverview): OperatorProblem[] {
  const used = bytes + reservedBytes;
  if (quota === null || quota === 0 || used < quota * NEARLY) return [];
  const percent = Math.floor((used / quota) * 100);
  const message = `Bucket "${name}" uses ${percent} % of its quota; delete files or raise max_total_size.`;
  return [{ code: 'QUOTA_NEARLY_REACHED', subject: name, count: 1, message }];
}
