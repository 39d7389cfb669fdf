import type { Caller } from '../auth/caller.ts';
import { judgeCreate } from '../files/admission.ts';
import { checkType } from '../files/content-policy.ts';
import { detectType } from '../files/detect-type.ts';
import { requireBucket } from '../files/files-context.ts';
import { HEAD_SIZE, takeHead } from '../files/head.ts';
import type { Upload } from './upload.ts';
import type { UploadsContext } from './uploads-context.ts';

export interface IdentifiedBody {
  /** Null while too few bytes are in to tell. */
  readonly mimeType: string | null;
  /** The whole body, from its first byte. */
  readonly body: AsyncIterable<Buffer>;
}

/**
 * Tells the upload's type from its first bytes, and throws if the bucket or its `create` rule does not take that
 * type. The first requests of a client with tiny chunks may not bring enough; then a later one decides.
 */
export async function identifyUpload(
  context: UploadsContext,
  caller: Caller,
  upload: Upload,
  source: AsyncIterable<Buffer>,
): Promise<IdentifiedBody> {
  if (upload.mimeType !== null) return { mimeType: upload.mimeType, body: source };
  const before = upload.offset === 0 ? [] : await readStart(context, upload);
  const { head, complete, body } = await takeHead(source, HEAD_SIZE - upload.offset);
  const bytes = Buffer.concat([...before, head]);
  const isWhole = complete && bytes.length >= upload.length;
  if (bytes.length < HEAD_SIZE && !isWhole) return { mimeType: null, body };

  const bucket = requireBucket(context.files, upload.bucket);
  const mimeType = await detectType(bytes, upload.name, isWhole);
  checkType(bucket, mimeType);
  const { name, path, metadata, length: size } = upload;
  // The rule speaks of the request that created the upload, not of the one that brings these bytes.
  const creator = { ...caller, method: 'POST' };
  judgeCreate(context.files, creator, bucket, { name, path, metadata, size, mimeType });
  return { mimeType, body };
}

async function readStart(context: UploadsContext, { id, offset }: Upload): Promise<Buffer[]> {
  const chunks: Buffer[] = [];
  for await (const chunk of context.staging.read(id, Math.min(offset, HEAD_SIZE))) chunks.push(chunk);
  return chunks;
}
