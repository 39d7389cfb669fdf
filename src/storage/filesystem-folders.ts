import { mkdir } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { DirectorySync } from './directory-sync.ts';
import { meansExists } from './filesystem-errors.ts';
import { FOLDER_MODE, makeFolders } from './make-folders.ts';

const TEMPORARY = '.alyx-tmp';

/** The folders under a filesystem backend's path: one per bucket, in it those that its keys name, and one for temporary files. */
export class FilesystemFolders {
  readonly root: string;
  /** Made when the backend is opened and never again: where it is missing, so is the disk. */
  readonly temporary: string;
  readonly #sync: DirectorySync | null;
  readonly #made = new Map<string, Promise<void>>();

  private constructor(root: string, sync: DirectorySync | null) {
    this.root = root;
    this.temporary = join(root, TEMPORARY);
    this.#sync = sync;
  }

  /** Makes `path` and the folder for temporary files; with `sync`, whatever is made would survive power loss. */
  static async open(path: string, sync: DirectorySync | null): Promise<FilesystemFolders> {
    const folders = new FilesystemFolders(resolve(path), sync);
    await makeFolders(folders.temporary, sync);
    return folders;
  }

  /**
   * Makes the folder and those between it and the root, but never the root. All callers share what the first one
   * does, for nobody may count on a folder whose own name is not durable yet; once per process, since an earlier
   * one may have died between making and syncing.
   */
  make(folder: string): Promise<void> {
    const made = this.#made.get(folder);
    if (made !== undefined) return made;
    const making = this.#make(folder);
    this.#made.set(folder, making);
    making.catch(() => this.#made.delete(folder));
    return making;
  }

  /** For when a folder turns out to be missing: they are all made again when next asked for. */
  forget(): void {
    this.#made.clear();
  }

  async #make(folder: string): Promise<void> {
    const parent = dirname(folder);
    if (parent !== this.root) await this.make(parent);
    try {
      await mkdir(folder, { mode: FOLDER_MODE });
    } catch (error) {
      if (!meansExists(error)) throw error;
    }
    await this.#sync?.sync(parent);
  }
}
