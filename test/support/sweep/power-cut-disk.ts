import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

const MIB = 2 ** 20;
/** mkfs.xfs makes none smaller. Both are sparse. */
const SHELF_SIZE = 2048 * MIB;
const DISK_SIZE = 256 * MIB;
/** ext4 writes out by itself every 5 s, which would save what nobody synced. */
const MOUNT_OPTIONS = 'loop,commit=300';

const run = (command: string, ...args: readonly string[]) =>
  void execFileSync(command, args, { stdio: ['ignore', 'ignore', 'pipe'] });

/**
 * An ext4 disk whose power can be cut again and again while it is in use: what it holds at such a moment, and not what
 * is still in the memory of the system, is kept as a copy, to be mounted like a disk after the power came back.
 *
 * The disk is a file on an XFS of its own, which alone of the file systems at hand copies a file at one instant while it is
 * being written to; a plain copy would hold newer writes without the older ones.
 */
export class PowerCutDisk {
  readonly #folder: string;
  readonly #mounts: string[] = [];

  constructor(folder: string) {
    this.#folder = folder;
    const shelf = join(folder, 'shelf.img');
    run('truncate', '--size', String(SHELF_SIZE), shelf);
    run('mkfs.xfs', '-q', '-m', 'reflink=1', shelf);
    this.#mount(shelf, this.#shelf, 'loop');
    run('truncate', '--size', String(DISK_SIZE), this.#image('disk'));
    run('mkfs.ext4', '-q', this.#image('disk'));
    this.#mount(this.#image('disk'), this.path, MOUNT_OPTIONS);
  }

  /** Where it is mounted. */
  get path(): string {
    return join(this.#folder, 'disk');
  }

  /** Makes everything safe that was done so far. */
  flush(): void {
    run('sync', '--file-system', this.path);
  }

  /** Keeps what the disk holds right now. Blocks, so that this process learns of nothing that came later. */
  cut(name: string): void {
    run('cp', '--reflink=always', this.#image('disk'), this.#image(name));
  }

  /** Mounts what was kept, and lets `look` at it; then it is thrown away. */
  async after<T>(name: string, look: (path: string) => Promise<T>): Promise<T> {
    const path = join(this.#folder, name);
    this.#mount(this.#image(name), path, MOUNT_OPTIONS);
    try {
      return await look(path);
    } finally {
      this.#unmount(path);
      rmSync(this.#image(name));
    }
  }

  dispose(): void {
    for (const path of [...this.#mounts].reverse()) this.#unmount(path);
  }

  get #shelf(): string {
    return join(this.#folder, 'shelf');
  }

  #image(name: string): string {
    return join(this.#shelf, `${name}.img`);
  }

  #mount(image: string, path: string, options: string): void {
    mkdirSync(path, { recursive: true });
    run('mount', '-o', options, image, path);
    this.#mounts.push(path);
  }

  /** Lazily: after a test that failed somebody may still be at work there. */
  #unmount(path: string): void {
    run('umount', '--lazy', path);
    this.#mounts.splice(this.#mounts.indexOf(path), 1);
  }
}
