import { judgeCreate, type Admission } from './admission.ts';
import { commitFile } from './commit-file.ts';
import { checkType, codecFor } from './content-policy.ts';
import { detectType } from './detect-type.ts';
import type { FilesContext } from './files-context.ts';
import { takeHead } from './head.ts';
import { MeteredBody } from './metered-body.ts';
import { requireChecksum } from './refusals.ts';
import type { StoredFile } from './stored-file.ts';

/**
 * How bytes of one request come in: type from the first 4 KiB, then a single pass that counts, hashes and stores,
 * then the row.
 */
export async function storeFile(
  context: FilesContext,
  admission: Admission,
  source: AsyncIterable<Buffer>,
  id: string = context.newId(),
): Promise<StoredFile> {
  const { bucket, name, path, metadata, caller } = admission;
  const { head, complete, body } = await takeHead(source);
  const mimeType = await detectType(head, name, complete);
  checkType(bucket, mimeType);
  const size = complete ? head.length : admission.size;
  const decided = admission.decided || judgeCreate(context, caller, bucket, { ...admission, size, mimeType });

  const codec = codecFor(bucket, mimeType);
  const metered = new MeteredBody(body, admission.limit, admission.overLimit);
  const identity = { id, bucket, name, path, metadata, ownerId: caller.actor.id };
  return commitFile(context, { ...identity, uploadId: null }, async (place) => {
    const stored = await context.backends
      .get(place.backend, codec)
      .put(place.bucket, place.objectKey, metered, size === null ? {} : { size });
    if (!decided) judgeCreate(context, caller, bucket, { ...admission, size: metered.size, mimeType });
    const checksum = metered.checksum();
    requireChecksum(admission.checksum, checksum);
    return { mimeType, codec, checksum, size: metered.size, storedSize: stored.size };
  });
}
