import { Agent, request as send, type IncomingMessage } from 'node:http';
import { once } from 'node:events';
import { buffer } from 'node:stream/consumers';
import { expect, vi } from 'vitest';
import { documented, documentOf } from '../documented.ts';
import { SeededRandom } from '../seeded-random.ts';
import type { TestApp } from '../test-app.ts';
import { nameOf, operationsOf, type FuzzRequest, type Json, type Operation } from './operations.ts';
import { spoil, toRequest } from './spoil.ts';
import { ValidRequests } from './valid-requests.ts';
import { WildRequests } from './wild-requests.ts';
import { World } from './world.ts';

export interface FuzzResult {
  /** How often each operation of the document was granted. */
  readonly granted: ReadonlyMap<string, number>;
  /** Answers by status. */
  readonly statuses: ReadonlyMap<number, number>;
  /** What should not have been, one for each kind, with the request that brought it about. */
  readonly findings: readonly string[];
}

/** A request without an answer for this long hangs. */
const HANG_MS = 20_000;
const CLIENTS = 8;
/** Only as long as there is no admin. */
const SETUP = 'POST /api/auth/setup';
const TERMINATION = 'DELETE /api/files/{bucket}/tus/{id}';
/** What others need to be about something. */
const CREATIONS = [
  'POST /api/auth/register',
  'PUT /api/files/{bucket}',
  'POST /api/files/{bucket}/tus',
  'POST /api/collections/posts',
];
/** Of all requests; the rest is as it should be. */
const SPOILT = 0.4;
const WILD = 0.15;

/**
 * Sends requests for every operation that the server documents, and judges each answer: some as they should be, some
 * with one thing spoilt, which get past all checks but one, and some that are wild all over.
 */
export class OpenApiFuzzer {
  readonly #app: TestApp;
  /** Addresses of uploads that somebody has asked to delete. */
  readonly #terminated = new Set<string>();
  readonly #random: SeededRandom;
  readonly #operations: readonly Operation[];
  readonly #world: World;
  readonly #valid: ValidRequests;
  readonly #wild: WildRequests;
  readonly #contract;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: CLIENTS });
  readonly #statuses = new Map<number, number>();
  readonly #findings = new Map<string, string>();
  readonly #granted: Map<string, number>;

  constructor(app: TestApp, seed: number) {
    this.#app = app;
    this.#random = new SeededRandom(seed);
    const document = documentOf(app.app) as unknown as {
      paths: Record<string, Record<string, Json>>;
      components: { schemas: Json };
    };
    this.#operations = operationsOf(document.paths);
    this.#granted = new Map(this.#operations.map((operation) => [nameOf(operation), 0]));
    this.#world = new World(app);
    this.#valid = new ValidRequests(this.#random, this.#world);
    this.#wild = new WildRequests(this.#random, this.#world, document.components.schemas);
    this.#contract = documented(app.app);
  }

  async run(requests: number): Promise<FuzzResult> {
    await this.#grant(SETUP, ...CREATIONS);
    let left = requests;
    const client = async () => {
      while (left > 0) {
        left -= 1;
        await this.#try(this.#make(this.#random.pick(this.#operations)));
      }
    };
    await Promise.all(Array.from({ length: CLIENTS }, client));
    for (const [name, count] of this.#granted) {
      // Luck alone would leave one out now and then.
      if (count === 0) await this.#grant(...CREATIONS, name, ...CREATIONS, name);
    }
    this.#agent.destroy();
    return { granted: this.#granted, statuses: this.#statuses, findings: [...this.#findings.values()] };
  }

  /** Sends requests as they should be, one after the other. */
  async #grant(...names: readonly string[]): Promise<void> {
    for (const name of names) {
      const operation = this.#operations.find((one) => nameOf(one) === name);
      if (operation !== undefined) await this.#try(toRequest(this.#valid.draft(operation)));
    }
  }

  #make(operation: Operation): FuzzRequest {
    if (this.#random.chance(WILD)) return this.#wild.make(operation);
    const draft = this.#valid.draft(operation);
    if (this.#random.chance(SPOILT / (1 - WILD))) spoil(draft, this.#random, this.#world);
    return toRequest(draft);
  }

  async #try(request: FuzzRequest): Promise<void> {
    try {
      const answer = await this.#send(request);
      this.#statuses.set(answer.status, (this.#statuses.get(answer.status) ?? 0) + 1);
      await this.#judge(request, answer);
    } catch (error) {
      if (await this.#wasTerminated(request, error)) return;
      this.#report(request, error instanceof Error ? error.message : String(error));
    }
  }

  /** Whoever deletes an upload breaks off the connection of whoever is writing to it. */
  async #wasTerminated({ method, path, headers }: FuzzRequest, error: unknown): Promise<boolean> {
    const isCut = error instanceof Error && 'code' in error && error.code === 'ECONNRESET';
    const writes = method === 'PATCH' || method === 'POST';
    if (!isCut || !writes || !this.#terminated.has(path)) return false;
    const url = `${this.#app.url}${path}`;
    const { authorization = '' } = headers;
    const look = () => fetch(url, { method: 'HEAD', headers: { authorization, 'tus-resumable': '1.0.0' } });
    return vi
      .waitFor(async () => expect((await look()).status).toBe(404), 5_000)
      .then(
        () => true,
        () => false,
      );
  }

  async #judge(request: FuzzRequest, answer: Response): Promise<void> {
    const { operation, path } = request;
    const { status } = answer;
    const text = await answer.clone().text();
    if (status >= 500) throw new Error(`${status}: ${text}`);
    const method = operation.method.toUpperCase();
    if (status >= 400 && method !== 'HEAD' && answer.headers.get('x-was-head') === null) {
      const { error, code, request_id: id } = JSON.parse(text) as Record<string, unknown>;
      if (![error, code, id].every((part) => typeof part === 'string'))
        throw new Error(`no envelope: ${text}`);
    }
    await this.#contract.check(method, path, answer);
    if (status >= 300) return;
    const name = nameOf(operation);
    this.#granted.set(name, (this.#granted.get(name) ?? 0) + 1);
    const isJson = answer.headers.get('content-type')?.startsWith('application/json') ?? false;
    this.#world.learn(request, answer, isJson && text !== '' ? (JSON.parse(text) as Json) : {});
  }

  #report({ method, path, headers, body, operation }: FuzzRequest, message: string): void {
    const kind = `${method} ${operation.template} ${message.slice(0, 40)}`;
    const shownBody = body === null ? '' : ` ${JSON.stringify(body.subarray(0, 300).toString('latin1'))}`;
    if (this.#findings.has(kind)) return;
    this.#findings.set(
      kind,
      `${method} ${path.slice(0, 500)} ${JSON.stringify(headers).slice(0, 600)}${shownBody}\n    ${message.slice(0, 600)}`,
    );
  }

  async #send(request: FuzzRequest, agent: Agent | false = this.#agent): Promise<Response> {
    const { method, path, headers, body, operation } = request;
    if (nameOf(operation) === TERMINATION) this.#terminated.add(path);
    const { hostname, port } = new URL(this.#app.url);
    const outgoing = send({ hostname, port, method, path, headers, agent });
    outgoing.setTimeout(HANG_MS, () => outgoing.destroy(new Error('no answer: it hangs')));
    outgoing.end(body ?? undefined);
    try {
      const [incoming] = (await once(outgoing, 'response')) as [IncomingMessage];
      return await toResponse(incoming, headers);
    } catch (error) {
      // The server may close a connection that is idle just when the next request sets out.
      if (outgoing.reusedSocket && agent !== false) return this.#send(request, false);
      throw error;
    }
  }
}

async function toResponse(
  incoming: IncomingMessage,
  sent: Readonly<Record<string, string>>,
): Promise<Response> {
  const content = await buffer(incoming);
  const { statusCode: status = 0 } = incoming;
  const headers = new Headers();
  for (const [name, value] of Object.entries(incoming.headers)) headers.set(name, String(value));
  // `X-HTTP-Method-Override` can make a HEAD of a POST.
  if (Object.entries(sent).some(([name, value]) => /override/i.test(name) && /head/i.test(value)))
    headers.set('x-was-head', '1');
  const bodyless = content.length === 0 || status === 204 || status === 304;
  return new Response(bodyless ? null : new Uint8Array(content), { status, headers });
}
