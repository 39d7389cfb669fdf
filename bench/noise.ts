import { readFileSync } from 'node:fs';

/** How much slower than the fastest the slowest of some equal pieces of work may be before figures mean little. */
const BELIEVABLE_SPREAD = 1.3;
const BELIEVABLE_STEAL = 0.05;

/** Times the same piece of work again and again, to tell whether the machine was quiet enough to believe the rest. */
export class Noise {
  readonly #times: number[] = [];
  readonly #before = cpuTimes();

  probe(): void {
    const start = performance.now();
    let value = 0;
    for (let i = 0; i < 50_000_000; i += 1) value = (value * 31 + i) | 0;
    this.#times.push(performance.now() - start + (value & 0));
  }

  /** A sentence when the machine was too busy; null when it was not. */
  verdict(): string | null {
    const spread = Math.max(...this.#times) / Math.min(...this.#times);
    const now = cpuTimes();
    const steal = (now.steal - this.#before.steal) / Math.max(1, now.total - this.#before.total);
    if (spread <= BELIEVABLE_SPREAD && steal <= BELIEVABLE_STEAL) return null;
    return (
      `The machine was noisy: the same work took up to ${spread.toFixed(2)} times as long, and ` +
      `${(steal * 100).toFixed(1)} % of the CPU went to others. Do not believe small differences.`
    );
  }
}

/** proc(5), /proc/stat: user nice system idle iowait irq softirq steal. */
function cpuTimes(): { steal: number; total: number } {
  const [line = ''] = readFileSync('/proc/stat', 'utf8').split('\n');
  const times = line.split(/\s+/).slice(1, 9).map(Number);
  return { steal: times[7] ?? 0, total: times.reduce((sum, time) => sum + time, 0) };
}
