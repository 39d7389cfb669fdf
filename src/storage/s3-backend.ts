import type { CompletedPart, S3, S3ClientConfig } from '@aws-sdk/client-s3';
import type { Readable } from 'node:stream';
import type { S3Config } from '../config/config.ts';
import type { AppError } from '../lib/errors.ts';
import {
  ObjectNotFoundError,
  type Backend,
  type ByteRange,
  type PutOptions,
  type StoredObject,
} from './backend.ts';
import { countAbandonedUploads, removeAbandonedUploads } from './s3-abandoned-uploads.ts';
import { downloadClient, requestClient } from './s3-client-config.ts';
import { withDeadline } from './s3-deadline.ts';
import { downloadStream } from './s3-download.ts';
import { describeS3Error, locationOf, s3Trouble, type S3Location } from './s3-errors.ts';
import { interruptible, stopWith } from './interruptible.ts';
import { S3Keys } from './s3-keys.ts';
import { PartRooms } from './part-rooms.ts';
import { PART_SIZE, splitIntoParts, startingWith } from './s3-parts.ts';
import { sendParts } from './s3-send-parts.ts';

/** Opens without a request: whether the server can be reached is `ping`'s to say. */
export async function openS3Backend(name: string, config: S3Config): Promise<Backend> {
  // Loaded here and not at the top: the SDK takes 190 to 350 ms, which nobody without S3 should wait for.
  const sdk = await import('@aws-sdk/client-s3');
  return new S3Backend(name, config, (clientConfig) => new sdk.S3(clientConfig));
}

interface ObjectAddress {
  readonly Bucket: string;
  readonly Key: string;
}

interface UploadAddress extends ObjectAddress {
  readonly UploadId: string | undefined;
}

class S3Backend implements Backend {
  readonly #s3: S3;
  /** Apart from the rest, since readers may hold their connections for long and idle on them. */
  readonly #downloads: S3;
  readonly #keys: S3Keys;
  readonly #rooms = new PartRooms();
  readonly #location: S3Location;
  readonly #idleTimeout: number;
  /** For answers that are short: three attempts of `#idleTimeout` each would keep a client waiting too long. */
  readonly #answerTimeout: number;
  /** Shorter still: a server that needs longer for a HEAD than a connection may take to open is not ready. */
  readonly #pingTimeout: number;
  readonly #checksum: { readonly ChecksumAlgorithm?: 'CRC32' };

  constructor(name: string, config: S3Config, connect: (config: S3ClientConfig) => S3) {
    this.#s3 = connect(requestClient(config));
    this.#downloads = connect(downloadClient(config));
    this.#keys = new S3Keys(config.bucketPrefix);
    this.#location = locationOf(name, config);
    this.#idleTimeout = config.idleTimeout;
    this.#answerTimeout = config.connectTimeout + config.idleTimeout;
    this.#pingTimeout = 2 * config.connectTimeout;
    // The parts of an upload must carry the same kind of checksum that the upload was begun with.
    this.#checksum = config.requestChecksums === 'when_supported' ? { ChecksumAlgorithm: 'CRC32' } : {};
  }

  async put(
    bucket: string,
    key: string,
    body: AsyncIterable<Uint8Array>,
    { size, signal }: PutOptions = {},
  ): Promise<{ readonly size: number }> {
    const address = this.#address(bucket, key);
    const { stop, release } = stopWith(signal);
    const parts = splitIntoParts(interruptible(body, stop.signal), this.#rooms, size);
    try {
      const first = (await parts.next()).value ?? Buffer.alloc(0);
      const isWhole =
        first.length < PART_SIZE || (first.length === size && (await parts.next()).done === true);
      if (!isWhole) return await this.#putInParts(address, startingWith(first, parts), stop);
      // Without the signal, here and when a multipart upload is completed: cutting the connection now could leave
      // an object behind that the caller believes was never made.
      const stored = await this.#ask(
        this.#s3.putObject({ ...address, Body: first, ContentLength: first.length }),
      );
      // A web server that answers 200 to everything has stored nothing.
      if (stored.ETag === undefined) throw this.#trouble(new Error('no ETag came back'));
      this.#reuse(first, stored);
      return { size: first.length };
    } finally {
      release();
      await parts.return(undefined);
    }
  }

  /** An object of the S3 bucket cannot be linked to a local file. */
  async link(bucket: string, key: string): Promise<boolean> {
    this.#address(bucket, key);
    return false;
  }

  async get(bucket: string, key: string, range?: ByteRange): Promise<Readable> {
    const address = this.#address(bucket, key);
    const bytes = range === undefined ? {} : { Range: `bytes=${range.start}-${range.end}` };
    try {
      const { Body } = await withDeadline(this.#answerTimeout, (abortSignal) =>
        this.#downloads.getObject({ ...address, ...bytes }, { abortSignal }),
      );
      return downloadStream(Body as Readable, this.#idleTimeout, (error) => this.#trouble(error));
    } catch (error) {
      if (await this.#saysMissing(error)) throw new ObjectNotFoundError(bucket, key);
      throw this.#trouble(error);
    }
  }

  async delete(bucket: string, key: string): Promise<void> {
    const address = this.#address(bucket, key);
    try {
      await withDeadline(this.#answerTimeout, (abortSignal) =>
        this.#s3.deleteObject(address, { abortSignal }),
      );
    } catch (error) {
      if (!(await this.#saysMissing(error))) throw this.#trouble(error);
    }
  }

  async exists(bucket: string, key: string): Promise<boolean> {
    return (await this.stat(bucket, key)) !== null;
  }

  async stat(bucket: string, key: string): Promise<StoredObject | null> {
    const address = this.#address(bucket, key);
    try {
      const { ContentLength = 0, LastModified } = await withDeadline(this.#answerTimeout, (abortSignal) =>
        this.#s3.headObject(address, { abortSignal }),
      );
      return { key, size: ContentLength, modifiedAt: LastModified?.getTime() ?? 0 };
    } catch (error) {
      if (await this.#saysMissing(error)) return null;
      throw this.#trouble(error);
    }
  }

  async *list(bucket: string): AsyncGenerator<StoredObject> {
    const Prefix = this.#keys.under(bucket);
    let ContinuationToken: string | undefined;
    do {
      const page = await this.#ask(
        this.#s3.listObjectsV2({ Bucket: this.#location.bucket, Prefix, ContinuationToken }),
      );
      for (const { Key = '', Size = 0, LastModified } of page.Contents ?? []) {
        const place = this.#keys.parse(Key);
        if (place !== null) yield { key: place.key, size: Size, modifiedAt: LastModified?.getTime() ?? 0 };
      }
      ContinuationToken = page.NextContinuationToken;
    } while (ContinuationToken !== undefined);
  }

  async countAbandoned(before: number): Promise<number> {
    return this.#ask(countAbandonedUploads(this.#s3, this.#location.bucket, this.#keys, before));
  }

  async removeAbandoned(before: number): Promise<number> {
    return this.#ask(removeAbandonedUploads(this.#s3, this.#location.bucket, this.#keys, before));
  }

  async ping(): Promise<void> {
    const bucket = { Bucket: this.#location.bucket };
    await this.#ask(
      withDeadline(this.#pingTimeout, async (abortSignal) => {
        try {
          await this.#s3.headBucket(bucket, { abortSignal });
        } catch (error) {
          if (describeS3Error(error).status === undefined) throw error;
          // The answer to a HEAD has no body and so no reason; the same refusal of a GET has one.
          await this.#s3.listObjectsV2({ ...bucket, Prefix: this.#keys.root, MaxKeys: 1 }, { abortSignal });
        }
      }),
    );
  }

  async close(): Promise<void> {
    this.#s3.destroy();
    this.#downloads.destroy();
  }

  async #putInParts(
    address: ObjectAddress,
    parts: AsyncIterable<Buffer>,
    stop: AbortController,
  ): Promise<{ readonly size: number }> {
    const { UploadId } = await this.#ask(this.#s3.createMultipartUpload({ ...address, ...this.#checksum }));
    const upload = { ...address, UploadId };
    let size = 0;
    const send = async (part: Buffer, number: number): Promise<CompletedPart> => {
      size += part.length;
      const sent = await this.#ask(
        this.#s3.uploadPart(
          { ...upload, ...this.#checksum, PartNumber: number, Body: part, ContentLength: part.length },
          { abortSignal: stop.signal },
        ),
      );
      this.#reuse(part, sent);
      return { PartNumber: number, ETag: sent.ETag, ChecksumCRC32: sent.ChecksumCRC32 };
    };
    try {
      const Parts = await sendParts(parts, send, stop);
      await this.#ask(this.#s3.completeMultipartUpload({ ...upload, MultipartUpload: { Parts } }));
      return { size };
    } catch (error) {
      await this.#discard(upload);
      throw error;
    }
  }

  /** Twice, for a part that was on its way may arrive after the first; what still stays is `removeAbandoned`'s. */
  async #discard(upload: UploadAddress): Promise<void> {
    await withDeadline(this.#answerTimeout, async (abortSignal) => {
      for (let attempt = 0; attempt < 2; attempt += 1) {
        await this.#s3.abortMultipartUpload(upload, { abortSignal }).catch(() => undefined);
      }
    });
  }

  /**
   * Only after the first attempt of a request was answered, for then all of the part was read: an attempt that failed
   * may still be sending it. After any failure the part is left to the garbage collector.
   */
  #reuse(
    part: Buffer,
    { $metadata }: { readonly $metadata: { readonly attempts?: number | undefined } },
  ): void {
    if ($metadata.attempts === 1) this.#rooms.giveBack(part);
  }

  #address(bucket: string, key: string): ObjectAddress {
    return { Bucket: this.#location.bucket, Key: this.#keys.of(bucket, key) };
  }

  async #ask<T>(answer: Promise<T>): Promise<T> {
    try {
      return await answer;
    } catch (error) {
      throw this.#trouble(error);
    }
  }

  #trouble(error: unknown): AppError {
    return s3Trouble(error, this.#location);
  }

  /**
   * Whether the error means a missing object. The answer to a HEAD has no reason in it, so that a 404 may mean the
   * bucket and a 403 the credentials: then `ping` throws what is wrong.
   */
  async #saysMissing(error: unknown): Promise<boolean> {
    const { code, status } = describeS3Error(error);
    if (code === 'NoSuchKey') return true;
    const missing = code === 'NotFound';
    if (missing || status === 403) await this.ping();
    return missing;
  }
}
