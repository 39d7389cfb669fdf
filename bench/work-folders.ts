import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** Bytes from which a file goes at once: some of these would fill a disk. */
const LARGE = 2 ** 20;

/**
 * The folders that servers run in. Small files stay until all is over: for minutes ext4 does not use the inodes of what
 * was deleted again, and looks past each of them whenever a file is made nearby, so that small uploads to whoever came
 * next took up to ten times as long.
 */
export class WorkFolders {
  readonly #parent: string;
  readonly #made: string[] = [];

  constructor(parent: string) {
    this.#parent = parent;
  }

  make(): string {
    const folder = mkdtempSync(join(this.#parent, 'alyx-bench-'));
    this.#made.push(folder);
    return folder;
  }

  /** For when its server has ended. */
  dropLargeFiles(folder: string): void {
    for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
      const path = join(entry.parentPath, entry.name);
      if (entry.isFile() && statSync(path).size >= LARGE) rmSync(path);
    }
  }

  removeAll(): void {
    for (const folder of this.#made.splice(0)) rmSync(folder, { recursive: true, force: true });
  }
}
