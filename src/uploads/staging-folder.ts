import { constants, createReadStream } from 'node:fs';
import { access, open, opendir, rm, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { OperatorError } from '../lib/errors.ts';
import { isUuid } from '../lib/ids.ts';
import { DirectorySync } from '../storage/directory-sync.ts';
import { makeFolders } from '../storage/make-folders.ts';
import { StagedFile } from './staged-file.ts';
import { stagingError } from './staging-error.ts';

const READ_SIZE = 256 * 1024;

/** `storage.tus.path`: one file per unfinished upload, named by its id. */
export class StagingFolder {
  readonly #path: string;
  /** Null when nothing needs to be durable. */
  readonly #sync: DirectorySync | null;

  private constructor(path: string, sync: DirectorySync | null) {
    this.#path = resolve(path);
    this.#sync = sync;
  }

  /** Makes the folder where it is missing. Throws OperatorError when that cannot be, or nothing can be kept there. */
  static async open(path: string, durable: boolean): Promise<StagingFolder> {
    const sync = durable ? new DirectorySync() : null;
    try {
      await makeFolders(path, sync);
      await access(path, constants.R_OK | constants.W_OK | constants.X_OK);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new OperatorError(`cannot keep unfinished uploads in ${path} (storage.tus.path): ${reason}`, {
        cause: error,
      });
    }
    return new StagingFolder(path, sync);
  }

  pathOf(id: string): string {
    return join(this.#path, id);
  }

  /** Opens an upload's file to go on at `offset`; whatever lies behind it was never acknowledged and is cut off. */
  async append(id: string, offset: number): Promise<StagedFile> {
    try {
      const handle = await open(this.pathOf(id), offset === 0 ? 'w' : 'r+', 0o640);
      try {
        if (offset > 0) await handle.truncate(offset);
        // Behind offset 0 lies only what was acknowledged, and the name was saved before.
        const sync = offset === 0 ? this.#sync : null;
        const saveName = sync === null ? null : () => sync.sync(this.#path);
        return new StagedFile({ handle, position: offset, durable: this.#sync !== null, saveName });
      } catch (error) {
        await handle.close();
        throw error;
      }
    } catch (error) {
      throw stagingError(error);
    }
  }

  /** Bytes in the upload's file; none when there is no file. */
  async size(id: string): Promise<number> {
    try {
      return (await stat(this.pathOf(id))).size;
    } catch (error) {
      // Any other trouble is not the same as having no bytes: the client would send all of them again.
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 0;
      throw stagingError(error);
    }
  }

  /** The upload's first `size` bytes. */
  async *read(id: string, size: number): AsyncGenerator<Buffer, void, undefined> {
    if (size === 0) return;
    try {
      yield* createReadStream(this.pathOf(id), {
        end: size - 1,
        highWaterMark: READ_SIZE,
      }) as AsyncIterable<Buffer>;
    } catch (error) {
      throw stagingError(error);
    }
  }

  /** Idempotent. */
  async remove(id: string): Promise<void> {
    await rm(this.pathOf(id), { force: true });
  }

  /** The ids of all uploads that have a file here. */
  async *ids(): AsyncGenerator<string, void, undefined> {
    for await (const entry of await opendir(this.#path)) {
      if (entry.isFile() && isUuid(entry.name)) yield entry.name;
    }
  }
}
