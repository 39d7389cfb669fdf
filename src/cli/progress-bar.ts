import type { Terminal } from './command.ts';
import { humanDuration, humanSize } from './human-size.ts';

const WIDTH = 24;
const REDRAW_EVERY_MS = 100;

/** Bytes done of bytes in all, with rate and time left, redrawn in place; silent where nobody watches. */
export class ProgressBar {
  readonly #stream: Terminal['stderr'];
  readonly #total: number;
  readonly #startedAt = performance.now();
  #done = 0;
  #drawnAt = -Infinity;

  constructor(stream: Terminal['stderr'], totalBytes: number) {
    this.#stream = stream;
    this.#total = totalBytes;
  }

  add(bytes: number): void {
    this.#done += bytes;
    if (!this.#stream.isTTY || performance.now() - this.#drawnAt < REDRAW_EVERY_MS) return;
    this.#drawnAt = performance.now();
    this.#stream.write(`\r\u001b[K${progressLine(this.#done, this.#total, this.elapsed)}`);
  }

  /** Milliseconds since the beginning. */
  get elapsed(): number {
    return performance.now() - this.#startedAt;
  }

  clear(): void {
    if (this.#stream.isTTY) this.#stream.write('\r\u001b[K');
  }
}

export function progressLine(done: number, total: number, elapsed: number): string {
  const share = total === 0 ? 1 : Math.min(done / total, 1);
  const filled = Math.round(share * WIDTH);
  const bar = '█'.repeat(filled) + '░'.repeat(WIDTH - filled);
  const rate = done / Math.max(elapsed / 1000, 0.001);
  const left = done === 0 ? '' : `, ${humanDuration(((total - total * share) / rate) * 1000)} left`;
  const amounts = `${humanSize(done)} of ${humanSize(total)}`;
  return `${bar} ${Math.floor(share * 100)}%  ${amounts}  ${humanSize(rate)}/s${left}`;
}
