import type { Admission } from './admission.ts';
import { judgeCreate } from './admission.ts';
import { checkType, codecFor } from './content-policy.ts';
import { detectType } from './detect-type.ts';
import type { FilesContext } from './files-context.ts';
import { takeHead } from './head.ts';
import { MeteredBody } from './metered-body.ts';
import { checksumMismatch } from './refusals.ts';
import type { StoredFile } from './stored-file.ts';

/**
 * The one way bytes come in: type from the first 4 KiB, then a single pass that counts, hashes and stores, then the
 * row. Whatever throws, nothing stays behind.
 */
export async function storeFile(
  context: FilesContext,
  admission: Admission,
  source: AsyncIterable<Buffer>,
): Promise<StoredFile> {
  const { bucket, name, caller } = admission;
  const { head, complete, body } = await takeHead(source);
  const mimeType = await detectType(head, name, complete);
  checkType(bucket, mimeType);
  const size = complete ? head.length : admission.size;
  const decided = admission.decided || judgeCreate(context, caller, bucket, { ...admission, size, mimeType });

  const codec = codecFor(bucket, mimeType);
  const metered = new MeteredBody(body, admission.limit, admission.overLimit);
  const place = await context.objectKeys.take(bucket.backend, bucket.name);
  try {
    const options = size === null ? {} : { size };
    const stored = await context.backends
      .get(bucket.backend, codec)
      .put(bucket.name, place.objectKey, metered, options);
    if (!decided) judgeCreate(context, caller, bucket, { ...admission, size: metered.size, mimeType });
    const checksum = metered.checksum();
    if (admission.checksum !== null && admission.checksum !== checksum) {
      throw checksumMismatch(admission.checksum, checksum);
    }
    const file = newFile(context, admission, {
      ...place,
      mimeType,
      codec,
      checksum,
      size: metered.size,
      storedSize: stored.size,
    });
    await context.files.create({ file, quota: bucket.maxTotalSize, uploadId: null });
    return file;
  } catch (error) {
    context.reaper.abandon(place);
    throw error;
  }
}

type Content = Pick<
  StoredFile,
  'backend' | 'objectKey' | 'mimeType' | 'codec' | 'checksum' | 'size' | 'storedSize'
>;

function newFile(context: FilesContext, admission: Admission, content: Content): StoredFile {
  const now = context.clock();
  return {
    ...content,
    id: context.newId(),
    bucket: admission.bucket.name,
    name: admission.name,
    path: admission.path,
    metadata: admission.metadata,
    ownerId: admission.caller.actor.id,
    version: 1,
    bytesMissing: false,
    createdAt: now,
    updatedAt: now,
  };
}
