import { once } from 'node:events';
import { Agent, get, type IncomingMessage } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { setTimeout as pause } from 'node:timers/promises';

const INTERVAL_MS = 100;

export interface Latencies {
  readonly asked: number;
  readonly p50: number;
  readonly p95: number;
  readonly max: number;
}

export interface Asking {
  readonly url: string;
  /** Whether one connection is kept open for all requests, or each makes its own. */
  readonly keepAlive: boolean;
}

/** Asks an address every 100 ms, as a load balancer would, while `work` is done. */
export async function askedDuring(work: Promise<unknown>, { url, keepAlive }: Asking): Promise<Latencies> {
  const ended = new AbortController();
  const end = () => ended.abort();
  void work.then(end, end);
  const agent = new Agent({ keepAlive });
  const times: number[] = [];
  while (!ended.signal.aborted) {
    const start = performance.now();
    const [answer] = (await once(get(url, { agent }), 'response')) as [IncomingMessage];
    await buffer(answer);
    times.push(performance.now() - start);
    if (answer.statusCode !== 200) throw new Error(`${url}: ${answer.statusCode}`);
    await pause(INTERVAL_MS);
  }
  agent.destroy();
  times.sort((a, b) => a - b);
  const at = (share: number) => Math.round(times[Math.floor((times.length - 1) * share)] ?? 0);
  return { asked: times.length, p50: at(0.5), p95: at(0.95), max: at(1) };
}

export const shown = ({ asked, p50, p95, max }: Latencies): string =>
  `asked ${asked} times, half within ${p50} ms, 95 % within ${p95} ms, all within ${max} ms`;
