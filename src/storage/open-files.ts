import { close as closeFile, constants, fstat, open as openFile, readFileSync } from 'node:fs';
import { promisify } from 'node:util';

// A FileHandle does the same for half as much CPU again, which is what a small download mostly consists of.
const open = promisify(openFile);
const stat = promisify(fstat);

/** O_NOFOLLOW: no object is a symlink. O_NONBLOCK: opening a FIFO must not wait for its writer, holding a thread. */
const READ_ONLY = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/** A working set of small files fits. */
const MAX_KEPT = 1024;
/** Of what the process may have open: connections and uploads need theirs. */
const SHARE = 1 / 4;
/** In ms: no longer is a disk held that is to be unmounted, or a file that somebody deleted by hand. */
const MAX_IDLE = 1_000;

/** A file that is open for reading. Its bytes never change: no object's key is used twice. */
export interface OpenFile {
  readonly path: string;
  readonly descriptor: number;
  readonly size: number;
}

interface Kept extends OpenFile {
  readers: number;
  /** On the clock of `performance.now`; of no meaning while somebody reads. */
  idleSince: number;
}

/**
 * Opens files once for all who read them at once, and keeps them open for a moment: whoever seeks in a film, or loads
 * what everybody loads, asks for the same file again.
 */
export class OpenFiles {
  /** What was given back last stands last. */
  readonly #kept = new Map<string, Kept>();
  readonly #maxKept: number;
  #sweep: NodeJS.Timeout | null = null;

  constructor(maxKept = howManyToKeep()) {
    this.#maxKept = maxKept;
  }

  /** Null when no regular file lies there. What is taken has to be given back. */
  async take(path: string): Promise<OpenFile | null> {
    const file = this.#kept.get(path) ?? (await openRegular(path));
    if (file === null) return null;
    file.readers += 1;
    if (!this.#kept.has(path)) this.#keep(file);
    return file;
  }

  giveBack(taken: OpenFile): void {
    const file = taken as Kept;
    file.readers -= 1;
    if (this.#kept.get(file.path) !== file) {
      closeUnread(file);
      return;
    }
    file.idleSince = performance.now();
    this.#kept.delete(file.path);
    this.#kept.set(file.path, file);
  }

  /** To be called when the file is deleted, or cannot be read: whoever asks next opens it anew. */
  forget(path: string): void {
    const file = this.#kept.get(path);
    if (file === undefined) return;
    this.#kept.delete(path);
    closeUnread(file);
  }

  forgetAll(): void {
    for (const path of [...this.#kept.keys()]) this.forget(path);
    if (this.#sweep !== null) clearTimeout(this.#sweep);
    this.#sweep = null;
  }

  #keep(file: Kept): void {
    const [oldest] = this.#kept.keys();
    if (this.#kept.size >= this.#maxKept && oldest !== undefined) this.forget(oldest);
    this.#kept.set(file.path, file);
    this.#sweep ??= setTimeout(() => this.#forgetIdle(), MAX_IDLE).unref();
  }

  #forgetIdle(): void {
    this.#sweep = null;
    const before = performance.now() - MAX_IDLE;
    for (const file of [...this.#kept.values()]) {
      if (file.readers === 0 && file.idleSince <= before) this.forget(file.path);
    }
    if (this.#kept.size > 0) this.#sweep = setTimeout(() => this.#forgetIdle(), MAX_IDLE).unref();
  }
}

function howManyToKeep(): number {
  try {
    const [, limit] = /^Max open files +(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8')) ?? [];
    return Math.min(MAX_KEPT, Math.floor(Number(limit ?? Infinity) * SHARE));
  } catch {
    return MAX_KEPT; // no Linux
  }
}

async function openRegular(path: string): Promise<Kept | null> {
  const descriptor = await open(path, READ_ONLY);
  try {
    const stats = await stat(descriptor);
    if (stats.isFile()) return { path, descriptor, size: stats.size, readers: 0, idleSince: 0 };
  } catch (error) {
    close(descriptor);
    throw error;
  }
  close(descriptor);
  return null;
}

function closeUnread(file: Kept): void {
  if (file.readers === 0) close(file.descriptor);
}

/** What was only read loses nothing when its closing fails; without a callback Node would throw where nobody catches. */
function close(descriptor: number): void {
  closeFile(descriptor, () => undefined);
}
