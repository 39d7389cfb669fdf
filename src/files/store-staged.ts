import { commitFile, type NewFileIdentity } from './commit-file.ts';
import { codecFor } from './content-policy.ts';
import type { FilesContext } from './files-context.ts';
import type { StoredFile } from './stored-file.ts';

/** A whole file on the server's own disk, counted, hashed and of a type that its bucket takes. */
export interface StagedContent {
  readonly filePath: string;
  /** Its bytes, for a backend that cannot take the file itself. */
  readonly read: () => AsyncIterable<Buffer>;
  readonly size: number;
  readonly checksum: string;
  readonly mimeType: string;
}

/** Makes a staged upload a file: by a link where the backend can, else by copying. The staged file stays. */
export function storeStaged(
  context: FilesContext,
  identity: NewFileIdentity,
  { filePath, read, size, checksum, mimeType }: StagedContent,
): Promise<StoredFile> {
  const codec = codecFor(identity.bucket, mimeType);
  return commitFile(context, identity, async ({ backend: name, bucket, objectKey }) => {
    const backend = context.backends.get(name, codec);
    const linked = await backend.link(bucket, objectKey, filePath);
    const storedSize = linked ? size : (await backend.put(bucket, objectKey, read(), { size })).size;
    return { mimeType, codec, checksum, size, storedSize };
  });
}
