import { constants, renameSync } from 'node:fs';
import { access, link, lstat, opendir, rename, rm, stat, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import type { FilesystemConfig } from '../config/config.ts';
import { OperatorError } from '../lib/errors.ts';
import {
  ObjectNotFoundError,
  type Backend,
  type ByteRange,
  type PutOptions,
  type StoredObject,
} from './backend.ts';
import { DirectorySync } from './directory-sync.ts';
import { inBatches } from './filesystem-batches.ts';
import { openObject } from './filesystem-download.ts';
import { filesystemReason, filesystemTrouble, meansMissing, meansUnlinkable } from './filesystem-errors.ts';
import { FilesystemFolders } from './filesystem-folders.ts';
import { listObjects, statObject } from './filesystem-list.ts';
import {
  countAbandonedFiles,
  removeAbandonedFiles,
  temporaryPath,
  writeTemporaryFile,
} from './filesystem-temporary.ts';
import { assertSafeKey } from './object-key.ts';
import { OpenFiles } from './open-files.ts';
import { interruptible } from './interruptible.ts';

export interface FilesystemOptions extends Pick<FilesystemConfig, 'type' | 'path'> {
  /** The backend's name in alyx.yml, for messages. */
  readonly name: string;
  /** Whether what is stored must survive power loss. */
  readonly durable: boolean;
  /**
   * The database's file, which the main thread writes to itself. Objects on the same file system that need not be
   * durable are written likewise when they are small. Elsewhere never: a disk or network that stalls must not stall
   * the process.
   */
  readonly database?: string | undefined;
}

const USABLE_FOLDER = constants.R_OK | constants.W_OK | constants.X_OK;

/** Objects as files, `{path}/{bucket}/{key}`; what is being written lies in `{path}/.alyx-tmp` until it is whole. */
export class FilesystemBackend implements Backend {
  readonly #name: string;
  readonly #folders: FilesystemFolders;
  /** Null when nothing needs to be durable. */
  readonly #sync: DirectorySync | null;
  /** Whether this thread may write small files and rename any itself. */
  readonly #direct: boolean;
  readonly #openFiles = new OpenFiles();

  private constructor(name: string, folders: FilesystemFolders, sync: DirectorySync | null, direct: boolean) {
    this.#name = name;
    this.#folders = folders;
    this.#sync = sync;
    this.#direct = direct;
  }

  /** Makes the backend's folder where it is missing. Throws OperatorError when that cannot be. */
  static async open({ name, path, durable, database }: FilesystemOptions): Promise<FilesystemBackend> {
    const sync = durable ? new DirectorySync() : null;
    try {
      const folders = await FilesystemFolders.open(path, sync);
      const direct =
        !durable && database !== undefined && (await isSameFileSystem(folders.temporary, database));
      return new FilesystemBackend(name, folders, sync, direct);
    } catch (error) {
      const reason = filesystemReason(error);
      throw new OperatorError(`cannot use ${path} for the storage backend "${name}": ${reason}`, {
        cause: error,
      });
    }
  }

  async put(
    bucket: string,
    key: string,
    body: AsyncIterable<Uint8Array>,
    { size, signal }: PutOptions = {},
  ): Promise<{ readonly size: number }> {
    const path = this.#path(bucket, key);
    const temporary = temporaryPath(this.#folders.temporary);
    const source = signal === undefined ? body : interruptible(body, signal);
    try {
      const written = await writeTemporaryFile(temporary, inBatches(source, size), {
        durable: this.#sync !== null,
        direct: this.#direct,
        attempt: (work) => this.#attempt(work),
      });
      signal?.throwIfAborted();
      await this.#attempt(this.#publish(temporary, path));
      return { size: written };
    } catch (error) {
      await discard(temporary);
      throw error;
    }
  }

  async link(bucket: string, key: string, file: string): Promise<boolean> {
    const path = this.#path(bucket, key);
    const temporary = temporaryPath(this.#folders.temporary);
    try {
      if (!(await lstat(file)).isFile()) return false;
      await link(file, temporary);
    } catch (error) {
      if (meansUnlinkable(error)) return false;
      throw filesystemTrouble(error, this.#name);
    }
    try {
      await this.#attempt(this.#publish(temporary, path));
      return true;
    } finally {
      // Also after success: rename(2) does nothing where both names are the same file already.
      await discard(temporary);
    }
  }

  async get(bucket: string, key: string, range?: ByteRange): Promise<Readable> {
    const path = this.#path(bucket, key);
    const translate = (error: unknown): unknown => filesystemTrouble(error, this.#name);
    const stream = await this.#attempt(
      this.#unlessMissing(openObject(this.#openFiles, path, range, translate)),
    );
    if (stream === null) throw new ObjectNotFoundError(bucket, key);
    return stream;
  }

  async delete(bucket: string, key: string): Promise<void> {
    const path = this.#path(bucket, key);
    this.#openFiles.forget(path);
    await this.#attempt(this.#unlessMissing(unlink(path)));
    // Also what was gone already: whoever unlinked it may have died before this.
    if (this.#sync !== null) await this.#attempt(this.#unlessMissing(this.#sync.sync(dirname(path))));
  }

  async exists(bucket: string, key: string): Promise<boolean> {
    return (await this.stat(bucket, key)) !== null;
  }

  async stat(bucket: string, key: string): Promise<StoredObject | null> {
    return this.#attempt(this.#unlessMissing(statObject(this.#path(bucket, key), key)));
  }

  async *list(bucket: string): AsyncGenerator<StoredObject> {
    assertSafeKey(bucket, 'any');
    const path = join(this.#folders.root, bucket);
    const folder = await this.#attempt(this.#unlessMissing(opendir(path)));
    if (folder === null) return;
    try {
      yield* listObjects(folder, bucket);
    } catch (error) {
      throw filesystemTrouble(error, this.#name);
    }
  }

  async countAbandoned(before: number): Promise<number> {
    return this.#attempt(countAbandonedFiles(this.#folders.temporary, before));
  }

  async removeAbandoned(before: number): Promise<number> {
    return this.#attempt(removeAbandonedFiles(this.#folders.temporary, before));
  }

  async ping(): Promise<void> {
    await this.#attempt(access(this.#folders.temporary, USABLE_FOLDER));
    await this.#attempt(access(this.#folders.root, USABLE_FOLDER));
  }

  async close(): Promise<void> {
    this.#openFiles.forgetAll();
  }

  #path(bucket: string, key: string): string {
    assertSafeKey(bucket, key);
    return join(this.#folders.root, bucket, key);
  }

  /** Gives a finished temporary file its name, and the name its durability. */
  async #publish(temporary: string, path: string): Promise<void> {
    const folder = dirname(path);
    await this.#folders.make(folder);
    try {
      await this.#rename(temporary, path);
    } catch (error) {
      if (!meansMissing(error)) throw error;
      // Somebody tidied up the empty folder.
      this.#folders.forget();
      await this.#folders.make(folder);
      await this.#rename(temporary, path);
    }
    this.#openFiles.forget(path);
    try {
      await this.#sync?.sync(folder);
    } catch (error) {
      await discard(path);
      throw error;
    }
  }

  async #rename(from: string, to: string): Promise<void> {
    if (this.#direct) renameSync(from, to);
    else await rename(from, to);
  }

  /** Null for what is missing, but only while the backend itself is there: an unmounted disk has lost no object. */
  async #unlessMissing<T>(work: Promise<T>): Promise<T | null> {
    try {
      return await work;
    } catch (error) {
      if (!meansMissing(error)) throw error;
      await access(this.#folders.temporary);
      return null;
    }
  }

  async #attempt<T>(work: Promise<T>): Promise<T> {
    try {
      return await work;
    } catch (error) {
      throw filesystemTrouble(error, this.#name);
    }
  }
}

async function isSameFileSystem(a: string, b: string): Promise<boolean> {
  const [first, second] = await Promise.all([stat(a), stat(b)]);
  return first.dev === second.dev;
}

/** Best effort, for the failure that led here is the one to report; `removeAbandoned` takes what stays. */
async function discard(path: string): Promise<void> {
  await rm(path, { force: true }).catch(() => undefined);
}
