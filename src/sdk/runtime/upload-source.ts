import { AlyxError } from './alyx-error.ts';
import type { ByteStream, UploadOptions, UploadSource } from './upload-options.ts';

/** What is to be sent, and what is known of it. */
export interface Upload {
  readonly bucket: string;
  readonly content: Blob | ReadableStream<Uint8Array>;
  readonly name: string;
  readonly path: string | undefined;
  /** As JSON text. */
  readonly metadata: string | undefined;
}

/** It travels in a header or an address, and servers and proxies allow those little. */
const MAX_METADATA_BYTES = 3 * 1024;

export function toUpload(bucket: string, source: UploadSource, options: UploadOptions): Upload {
  const name = options.name ?? (source as Partial<File>).name;
  if (name === undefined || name === '') {
    throw new AlyxError('INVALID_NAME', 'Say what the file is called, with the option "name".');
  }
  return {
    bucket,
    content: toContent(source),
    name,
    path: options.path,
    metadata: options.metadata === undefined ? undefined : toText(options.metadata),
  };
}

function toContent(source: UploadSource): Blob | ReadableStream<Uint8Array> {
  if (isStream(source)) return source as ReadableStream<Uint8Array>;
  return source instanceof Blob ? source : new Blob([source]);
}

function isStream(source: UploadSource): source is ByteStream {
  return source instanceof ReadableStream;
}

function toText(metadata: object): string {
  const text = JSON.stringify(metadata);
  if (new TextEncoder().encode(text).length <= MAX_METADATA_BYTES) return text;
  throw new AlyxError(
    'INVALID_METADATA',
    `An upload takes at most ${MAX_METADATA_BYTES} bytes of metadata; set the rest with storage.update.`,
    { details: { limit: MAX_METADATA_BYTES } },
  );
}
