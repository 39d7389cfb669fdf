import type { Hash } from 'node:crypto';
import type { Caller } from '../auth/caller.ts';
import { AppError } from '../lib/errors.ts';
import { beyondLength, type Chunk } from './chunk.ts';
import { identifyUpload, type IdentifiedBody } from './identify-upload.ts';
import type { StagedFile } from './staged-file.ts';
import type { Hold } from './upload-locks.ts';
import type { Upload, UploadProgress } from './upload.ts';
import type { UploadsContext } from './uploads-context.ts';

/** A long request saves how far it has come after every so many bytes: a crash costs the client no more than that. */
const CHECKPOINT = 64 * 1024 * 1024;

export interface Received {
  readonly progress: UploadProgress;
  /** SHA-256 of the whole upload in hex; null when it is not whole, or the state of the hash was lost on the way. */
  readonly checksum: string | null;
}

/**
 * Writes a request's body behind the upload's bytes, in one pass. If the client goes away, what came is kept and
 * saved before this throws; if the body itself is refused, the upload stays as it was.
 */
export async function receiveChunk(
  context: UploadsContext,
  caller: Caller,
  upload: Upload,
  chunk: Chunk,
  hold: Hold,
): Promise<Received> {
  const identified = await identifyUpload(context, caller, upload, chunk.open());
  const file = await context.staging.append(upload.id, upload.offset);
  const hash = context.hashes.take(upload.id, upload.offset);
  const writer = new ChunkWriter(context, upload, identified, file, hash);
  try {
    for await (const bytes of identified.body) {
      hold.touch();
      await writer.write(bytes);
    }
    await file.save();
  } catch (error) {
    await writer.salvage(error);
    throw error;
  } finally {
    await file.close();
  }
  return writer.finish();
}

class ChunkWriter {
  readonly #context: UploadsContext;
  readonly #upload: Upload;
  readonly #mimeType: string | null;
  readonly #file: StagedFile;
  readonly #hash: Hash | null;
  #offset: number;
  #savedOffset: number;

  constructor(
    context: UploadsContext,
    upload: Upload,
    { mimeType }: IdentifiedBody,
    file: StagedFile,
    hash: Hash | null,
  ) {
    this.#context = context;
    this.#upload = upload;
    this.#mimeType = mimeType;
    this.#file = file;
    this.#hash = hash;
    this.#offset = this.#savedOffset = upload.offset;
  }

  async write(bytes: Buffer): Promise<void> {
    const { length } = bytes;
    if (this.#offset + length > this.#upload.length) throw beyondLength(this.#upload.length);
    this.#hash?.update(bytes);
    await this.#file.write(bytes);
    this.#offset += length;
    if (this.#offset - this.#savedOffset >= CHECKPOINT) await this.#checkpoint();
  }

  /** Decides what stays of a body that broke off with `error`. */
  async salvage(error: unknown): Promise<void> {
    if (error instanceof AppError) return this.#undo(error);
    await this.#checkpoint();
    if (this.#hash !== null) this.#context.hashes.keep(this.#upload.id, this.#offset, this.#hash);
  }

  finish(): Received {
    const complete = this.#offset === this.#upload.length;
    if (!complete && this.#hash !== null) {
      this.#context.hashes.keep(this.#upload.id, this.#offset, this.#hash);
    }
    return {
      progress: this.#progress(this.#offset, this.#mimeType),
      checksum: complete && this.#hash !== null ? this.#hash.digest('hex') : null,
    };
  }

  /** A body that was too long was wrong from its start; trouble with the disk leaves what was saved. */
  async #undo(error: AppError): Promise<void> {
    const { offset, mimeType } = this.#upload;
    if (error.code === 'FILE_TOO_LARGE' && this.#savedOffset !== offset) await this.#save(offset, mimeType);
  }

  /** Bytes first, then the offset that speaks of them. The last byte counts only when the whole is verified. */
  async #checkpoint(): Promise<void> {
    await this.#file.save();
    await this.#save(Math.min(this.#offset, this.#upload.length - 1), this.#mimeType);
    this.#savedOffset = this.#offset;
  }

  #save(offset: number, mimeType: string | null): Promise<void> {
    return this.#context.uploads.saveProgress(this.#upload.id, this.#progress(offset, mimeType));
  }

  #progress(offset: number, mimeType: string | null): UploadProgress {
    const { clock, storage } = this.#context.files;
    return { offset, mimeType, expiresAt: clock() + storage.tus.expiry };
  }
}
