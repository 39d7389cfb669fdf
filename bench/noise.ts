import { readFileSync } from 'node:fs';

/** One timing of a piece of work that is always the same. */
export interface Probe {
  readonly wallMs: number;
  /** What this process got of the CPU meanwhile. */
  readonly cpuMs: number;
}

/** From /proc/stat, in ticks: what the hypervisor gave to others, of how much. */
export interface Stolen {
  readonly steal: number;
  readonly total: number;
}

/** How many times as long as the fastest the slowest probe may take. */
const BELIEVABLE_SPREAD = 1.3;
/** How many times its CPU time the probes may take altogether: more means that others wanted this CPU. */
const BELIEVABLE_WAIT = 1.1;
const BELIEVABLE_STEAL = 0.05;

/** Times the same piece of work again and again, to tell whether the machine was quiet enough to believe the rest. */
export class Noise {
  readonly #probes: Probe[] = [];
  readonly #before = readStolen();

  probe(): void {
    const cpu = process.cpuUsage();
    const start = performance.now();
    let value = 0;
    for (let i = 0; i < 50_000_000; i += 1) value = (value * 31 + i) | 0;
    const wallMs = performance.now() - start + (value & 0);
    const { user, system } = process.cpuUsage(cpu);
    this.#probes.push({ wallMs, cpuMs: (user + system) / 1000 });
  }

  verdict(): string | null {
    const now = readStolen();
    const { steal, total } = this.#before;
    return judge(this.#probes, { steal: now.steal - steal, total: now.total - total });
  }
}

/** A sentence when the machine was too busy; null when it was not. */
export function judge(probes: readonly Probe[], stolen: Stolen): string | null {
  if (probes.length === 0) return null;
  const sum = (values: readonly number[]) => values.reduce((all, value) => all + value, 0);
  const walls = probes.map(({ wallMs }) => wallMs);
  const spread = Math.max(...walls) / Math.min(...walls);
  const wait = sum(walls) / sum(probes.map(({ cpuMs }) => cpuMs));
  const steal = stolen.steal / Math.max(1, stolen.total);
  const reasons = [
    spread > BELIEVABLE_SPREAD ? `the same work took up to ${spread.toFixed(1)} times as long` : '',
    wait > BELIEVABLE_WAIT ? `other programs wanted the CPU (${wait.toFixed(1)} times its own time)` : '',
    steal > BELIEVABLE_STEAL ? `${(steal * 100).toFixed(0)} % of the CPU went to other machines` : '',
  ].filter(Boolean);
  if (reasons.length === 0) return null;
  return `The machine was too noisy to believe small differences: ${reasons.join('; ')}.`;
}

/** proc(5), /proc/stat: user nice system idle iowait irq softirq steal. */
function readStolen(): Stolen {
  const [line = ''] = readFileSync('/proc/stat', 'utf8').split('\n');
  const times = line.split(/\s+/).slice(1, 9).map(Number);
  return { steal: times[7] ?? 0, total: times.reduce((sum, time) => sum + time, 0) };
}
