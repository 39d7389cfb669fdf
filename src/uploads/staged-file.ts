import type { FileHandle } from 'node:fs/promises';
import { BATCH_CHUNKS, BATCH_SIZE } from '../lib/batch-bounds.ts';
import { giveBack } from '../lib/give-back.ts';
import { stagingError } from './staging-error.ts';

export interface StagedFileOptions {
  readonly handle: FileHandle;
  readonly position: number;
  /** Whether what is saved must survive power loss. */
  readonly durable: boolean;
  /** Has the file's name survive it; null when it would already, or need not. */
  readonly saveName: (() => Promise<void>) | null;
}

/** An upload's file, open at its end. */
export class StagedFile {
  readonly #handle: FileHandle;
  readonly #durable: boolean;
  #saveName: (() => Promise<void>) | null;
  #position: number;
  #batch: Buffer[] = [];
  #batchSize = 0;

  constructor({ handle, position, durable, saveName }: StagedFileOptions) {
    this.#handle = handle;
    this.#position = position;
    this.#durable = durable;
    this.#saveName = saveName;
  }

  async write(chunk: Buffer): Promise<void> {
    this.#batch.push(chunk);
    this.#batchSize += chunk.length;
    if (this.#batchSize >= BATCH_SIZE || this.#batch.length >= BATCH_CHUNKS) await this.#flush();
  }

  /** Resolves once everything written is where a crash cannot take it, when durable; else in the hands of the system. */
  async save(): Promise<void> {
    await this.#flush();
    if (!this.#durable) return;
    await attempt(Promise.all([this.#handle.datasync(), this.#saveName?.()]));
    this.#saveName = null;
  }

  async close(): Promise<void> {
    await attempt(this.#handle.close());
  }

  async #flush(): Promise<void> {
    const batch = this.#batch;
    this.#batch = [];
    this.#batchSize = 0;
    for (let rest = batch; rest.length > 0;) {
      const { bytesWritten } = await attempt(this.#handle.writev(rest, this.#position));
      this.#position += bytesWritten;
      rest = behind(rest, bytesWritten);
    }
    for (const chunk of batch) giveBack(chunk);
  }
}

/** What is left of the buffers after `written` bytes: a full disk or a signal may cut a `writev` short. */
function behind(batch: readonly Buffer[], written: number): Buffer[] {
  let skip = written;
  const rest: Buffer[] = [];
  for (const buffer of batch) {
    if (skip >= buffer.length) skip -= buffer.length;
    else {
      rest.push(skip === 0 ? buffer : buffer.subarray(skip));
      skip = 0;
    }
  }
  return rest;
}

async function attempt<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw stagingError(error);
  }
}
