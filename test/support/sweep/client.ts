import { sha256, type Requests } from '../tus.ts';
import type { SeededRandom } from '../seeded-random.ts';
import { countOne, type Ledger } from './ledger.ts';

export interface Traffic {
  readonly server: Requests;
  readonly ledger: Ledger;
  readonly random: SeededRandom;
  readonly adminToken: string;
  readonly buckets: readonly string[];
}

/** One of those who send requests. */
export interface Client extends Traffic {
  /** What it is in the middle of. */
  at: string;
}

/** Says what the client does next. */
export function enter(client: Client, stage: string): void {
  client.at = stage;
  countOne(client.ledger.tried, stage);
}

/** An answer that should not have been; what the server may say while it dies is no answer at all. */
export class WrongAnswer extends Error {
  override readonly name: string = 'WrongAnswer';
}

/** 503 with a time to try again, or 507: wrong, unless the server is in trouble. */
export class NotNow extends WrongAnswer {
  override readonly name = 'NotNow';
}

export async function expectStatus(answer: Response, ...statuses: readonly number[]): Promise<Response> {
  if (statuses.includes(answer.status)) return answer;
  const complaint = `${answer.status} ${answer.url}: ${await answer.text()}`;
  const isBusy = answer.status === 503 && answer.headers.get('retry-after') !== null;
  throw isBusy || answer.status === 507 ? new NotNow(complaint) : new WrongAnswer(complaint);
}

export interface NewContent {
  readonly name: string;
  readonly content: Buffer;
}

let names = 0;

/** A name of its own, and content that is remembered under it. */
export function newContent({ ledger, random }: Traffic, size: number): NewContent {
  const name = `file-${(names += 1)}.bin`;
  const isText = random.chance(0.3);
  const content = isText ? Buffer.from(`${name} `.repeat(Math.ceil(size / 12))) : random.bytes(size);
  ledger.sent.set(name, sha256(content));
  return { name, content };
}

export function sizeUpTo({ random }: Traffic, limit: number): number {
  return random.chance(0.05) ? random.below(2_000_000) : random.below(limit);
}

export const json = (method: string, body: unknown): RequestInit => ({
  method,
  body: JSON.stringify(body),
  headers: { 'content-type': 'application/json' },
});
