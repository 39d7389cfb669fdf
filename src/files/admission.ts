import type { Caller } from '../auth/caller.ts';
import { isAdmin } from '../auth/actor.ts';
import type { JsonObject } from '../lib/json.ts';
import { decide } from '../rules/three-valued.ts';
import type { Bucket } from '../schema/schema.ts';
import { denied, ruleVariables } from './access.ts';
import { checkFileRules } from './file-security.ts';
import { requireBucket, type FilesContext } from './files-context.ts';
import { checkMetadata, checkName, checkPath } from './names.ts';
import { fileExists, fileTooLarge, quotaExceeded } from './refusals.ts';

/** What a client says about a file before its bytes are in. All of it is a claim. */
export interface UploadClaim {
  readonly name: string;
  /** Default: the name. */
  readonly path?: string | undefined;
  /** Default: none. Null is no object, and refused. */
  readonly metadata?: unknown;
  /** The exact size, when the transport tells it. */
  readonly size: number | null;
  /** A size that the file cannot fall short of, known even where the exact one is not. */
  readonly minSize: number;
  /** SHA-256 in hex that the bytes must have. */
  readonly checksum: string | null;
}

/** An upload that may go ahead as far as could be told without its bytes. */
export interface Admission {
  readonly caller: Caller;
  readonly bucket: Bucket;
  readonly name: string;
  readonly path: string;
  readonly metadata: JsonObject;
  readonly size: number | null;
  readonly checksum: string | null;
  /** The most bytes that may arrive, and the error for one more. */
  readonly limit: number;
  readonly overLimit: () => Error;
  /** False while the `create` rule waits for the type or the size. */
  readonly decided: boolean;
}

/**
 * Decides on an upload before its first byte is read: bucket, names, `create` rule, size, quota, duplicate path.
 * Every transport comes through here, so that the same violation gets the same code. Throws the AppError.
 */
export async function admitUpload(
  context: FilesContext,
  caller: Caller,
  bucketName: string,
  claim: UploadClaim,
): Promise<Admission> {
  const bucket = requireBucket(context, bucketName);
  const name = checkName(claim.name);
  const path = claim.path === undefined ? name : checkPath(claim.path);
  const metadata = claim.metadata === undefined ? {} : checkMetadata(claim.metadata);
  checkFileRules(bucket, metadata);
  const facts = { name, path, metadata, size: claim.size, mimeType: null };
  const decided = judgeCreate(context, caller, bucket, facts);

  if (Math.max(claim.minSize, claim.size ?? 0) > bucket.maxFileSize) {
    throw fileTooLarge(bucket.name, bucket.maxFileSize);
  }
  const { limit, overLimit } = await sizeLimit(context, bucket, claim);
  if (await context.files.isPathTaken(bucket.name, path)) throw fileExists(path);
  return {
    caller,
    bucket,
    name,
    path,
    metadata,
    size: claim.size,
    checksum: claim.checksum,
    limit,
    overLimit,
    decided,
  };
}

/** What is known of a file to be; null = not yet. */
export interface CreateFacts {
  readonly name: string | null;
  readonly path: string | null;
  readonly metadata: JsonObject | null;
  readonly size: number | null;
  readonly mimeType: string | null;
}

const NOTHING_KNOWN: CreateFacts = { name: null, path: null, metadata: null, size: null, mimeType: null };

const MEMBERS = {
  name: 'file.name',
  path: 'file.path',
  metadata: 'file.metadata',
  size: 'file.size',
  mimeType: 'file.mime_type',
} as const satisfies Record<keyof CreateFacts, string>;

/** Throws if the `create` rule turns the upload away; false while it cannot tell without what is still null. */
export function judgeCreate(
  context: FilesContext,
  caller: Caller,
  bucket: Bucket,
  facts: CreateFacts,
): boolean {
  if (isAdmin(caller.actor)) return true;
  const rule = context.rules.bucketRule(bucket.name, 'create');
  if (rule === undefined) throw denied(caller, 'create', bucket.name);
  const unknown = Object.entries(MEMBERS)
    .filter(([fact]) => facts[fact as keyof CreateFacts] === null)
    .map(([, member]) => member);
  const variables = ruleVariables(caller, { ...facts, bucket: bucket.name, ownerId: caller.actor.id });
  const verdict = decide(rule, variables, unknown);
  if (verdict === 'deny') throw denied(caller, 'create', bucket.name);
  return verdict === 'allow';
}

/** Refuses what can be refused before even the name is known: a form that is still to be read. */
export function refuseEarly(
  context: FilesContext,
  caller: Caller,
  bucketName: string,
  minSize: number,
): void {
  const bucket = requireBucket(context, bucketName);
  judgeCreate(context, caller, bucket, NOTHING_KNOWN);
  if (minSize > bucket.maxFileSize) throw fileTooLarge(bucket.name, bucket.maxFileSize);
}

async function sizeLimit(
  context: FilesContext,
  bucket: Bucket,
  claim: UploadClaim,
): Promise<Pick<Admission, 'limit' | 'overLimit'>> {
  const tooLarge = {
    limit: bucket.maxFileSize,
    overLimit: () => fileTooLarge(bucket.name, bucket.maxFileSize),
  };
  const quota = bucket.maxTotalSize;
  if (quota === null) return tooLarge;
  const usage = await context.files.usage(bucket.name);
  const left = Math.max(0, quota - usage.bytes - usage.reservedBytes);
  const size = Math.max(claim.minSize, claim.size ?? 0);
  if (size > left) throw quotaExceeded(bucket.name, quota, usage, size);
  if (left >= bucket.maxFileSize) return tooLarge;
  return { limit: left, overLimit: () => quotaExceeded(bucket.name, quota, usage, left + 1) };
}
