import { Agent, request as send, type IncomingMessage } from 'node:http';
import { once } from 'node:events';
import { buffer } from 'node:stream/consumers';
import { documented, documentOf } from './documented.ts';
import { form } from './form.ts';
import { hostileEscaped, hostileHeader, hostileJson, hostileText } from './hostile-values.ts';
import { SeededRandom } from './seeded-random.ts';
import type { TestApp } from './test-app.ts';

type Json = Readonly<Record<string, unknown>>;

interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly schema: Json;
}

interface Operation {
  readonly method: string;
  readonly template: string;
  readonly parameters: readonly Parameter[];
  /** By media type. */
  readonly bodies: Readonly<Record<string, { readonly schema?: Json }>>;
}

interface FuzzRequest {
  readonly operation: Operation;
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer | null;
}

export interface FuzzResult {
  /** Answers by status. */
  readonly statuses: ReadonlyMap<number, number>;
  /** What should not have been, one for each kind, with the request that brought it about. */
  readonly findings: readonly string[];
}

/** A request without an answer for this long hangs. */
const HANG_MS = 20_000;
const CLIENTS = 8;
/** Of an address. */
const LONGEST = 4_000;

/** Sends random requests for every operation that the server documents, and judges each answer. */
export class OpenApiFuzzer {
  readonly #app: TestApp;
  readonly #random: SeededRandom;
  readonly #operations: readonly Operation[];
  readonly #schemas: Json;
  readonly #contract;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: CLIENTS });
  readonly #statuses = new Map<number, number>();
  readonly #findings = new Map<string, string>();
  /** Ids of what there is, so that requests get beyond 404. */
  readonly #ids: string[];

  constructor(app: TestApp, seed: number, ids: readonly string[]) {
    this.#app = app;
    this.#random = new SeededRandom(seed);
    const document = documentOf(app.app) as unknown as {
      paths: Record<string, Record<string, Json>>;
      components: { schemas: Json };
    };
    this.#operations = operationsOf(document.paths);
    this.#schemas = document.components.schemas;
    this.#contract = documented(app.app);
    this.#ids = [...ids];
  }

  async run(requests: number): Promise<FuzzResult> {
    let left = requests;
    const client = async () => {
      while (left > 0) {
        left -= 1;
        await this.#try(this.#make(this.#random.pick(this.#operations)));
      }
    };
    await Promise.all(Array.from({ length: CLIENTS }, client));
    this.#agent.destroy();
    return { statuses: this.#statuses, findings: [...this.#findings.values()] };
  }

  async #try(request: FuzzRequest): Promise<void> {
    try {
      const answer = await this.#send(request);
      this.#statuses.set(answer.status, (this.#statuses.get(answer.status) ?? 0) + 1);
      await this.#judge(request, answer);
    } catch (error) {
      this.#report(request, error instanceof Error ? error.message : String(error));
    }
  }

  async #judge({ operation, path }: FuzzRequest, answer: Response): Promise<void> {
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
    if (status === 201) this.#keepId(answer);
  }

  #keepId(created: Response): void {
    const id = created.headers.get('location')?.split('/').at(-1);
    if (id !== undefined && id !== '' && this.#ids.length < 200) this.#ids.push(id);
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
    const { method, path, headers, body } = request;
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

  #make(operation: Operation): FuzzRequest {
    const random = this.#random;
    let path = operation.template;
    const query: string[] = [];
    const headers: Record<string, string> = {};
    for (const { name, in: place, schema } of operation.parameters) {
      if (place === 'path') path = path.replace(`{${name}}`, this.#segment(schema));
      else if (random.chance(0.5)) continue;
      else if (place === 'query') query.push(`${name}=${this.#queryValue(schema)}`);
      else headers[name] = this.#headerValue(name);
    }
    if (random.chance(0.05)) query.push(`${hostileEscaped(random)}=${hostileEscaped(random)}`);
    if (random.chance(0.05)) query.push(...query);
    const authorization = this.#authorization();
    if (authorization !== null) headers['authorization'] = authorization;
    const body = this.#body(operation, headers);
    const method = operation.method.toUpperCase();
    if (body !== null) headers['content-length'] = String(body.length);
    const address = query.length === 0 ? path : `${path}?${query.join('&')}`;
    // Node's parser refuses longer heads by itself, without the envelope (CONTRACT section 4).
    return { operation, method, path: address.slice(0, LONGEST), headers, body };
  }

  #segment(schema: Json): string {
    const random = this.#random;
    const names = schema['enum'] as readonly string[] | undefined;
    if (names !== undefined && random.chance(0.9)) return random.pick(names);
    if (names === undefined && random.chance(0.7)) return random.pick(this.#ids);
    return hostileEscaped(random) || 'x';
  }

  #queryValue(schema: Json): string {
    if (this.#random.chance(0.6)) return hostileEscaped(this.#random);
    const value = this.#value(schema, 0);
    return encodeURIComponent(typeof value === 'string' ? value.toWellFormed() : JSON.stringify(value));
  }

  #headerValue(name: string): string {
    const random = this.#random;
    const plausible: Readonly<Record<string, readonly string[]>> = {
      'tus-resumable': ['1.0.0', '1.0.0', '1.0.0', '0.2.2'],
      'upload-offset': ['0', '0', '1', '5'],
      'upload-length': ['0', '5', '10', '1000000000000', '007'],
      'upload-metadata': ['filename YS50eHQ=', 'filename YQ==,metadata e30=', 'filename', 'metadata W10='],
      'x-http-method-override': ['PATCH', 'HEAD', 'DELETE', 'GET'],
      'accept-encoding': ['gzip', 'zstd;q=0', '*;q=0.1'],
    };
    const values = plausible[name.toLowerCase()];
    return values !== undefined && random.chance(0.7) ? random.pick(values) : hostileHeader(random);
  }

  #authorization(): string | null {
    const random = this.#random;
    if (random.chance(0.3)) return null;
    if (random.chance(0.5)) return `Bearer ${this.#app.token('root', 'admin')}`;
    return random.chance(0.85) ? `Bearer ${this.#app.token('somebody')}` : `Bearer ${hostileHeader(random)}`;
  }

  #body({ bodies }: Operation, headers: Record<string, string>): Buffer | null {
    const random = this.#random;
    const [media, content] = Object.entries(bodies)[0] ?? [];
    if (media === undefined || random.chance(0.05)) return null;
    headers['content-type'] = random.chance(0.07) ? hostileHeader(random) : media;
    if (media === 'application/json') {
      const text = JSON.stringify(this.#value(content?.schema ?? {}, 0));
      return Buffer.from(random.chance(0.05) ? text.slice(0, random.below(text.length + 1)) : text);
    }
    if (media !== 'multipart/form-data') return random.bytes(random.below(2000));
    const parts = Array.from({ length: random.below(4) }, () => ({
      name: random.pick(['file', 'path', 'metadata', 'checksum', 'x', 'file']),
      ...(random.chance(0.6) && { filename: hostileText(random).replaceAll(/[\r\n"]/g, '') }),
      content: random.chance(0.5) ? hostileText(random) : random.bytes(random.below(3000)),
    }));
    const { body, headers: own } = form(...parts);
    if (headers['content-type'] === media) headers['content-type'] = own['content-type'];
    return random.chance(0.1) ? body.subarray(0, random.below(body.length)) : body;
  }

  /** A value that fits the schema, but for what is hostile about it here and there. */
  #value(schema: Json, depth: number): unknown {
    const random = this.#random;
    if (depth > 6 || random.chance(0.12)) return hostileJson(random);
    const reference = schema['$ref'] as string | undefined;
    if (reference !== undefined) {
      return this.#value((this.#schemas[reference.split('/').at(-1) ?? ''] ?? {}) as Json, depth + 1);
    }
    for (const key of ['anyOf', 'oneOf', 'allOf'] as const) {
      const options = schema[key] as readonly Json[] | undefined;
      if (options !== undefined && options.length > 0) return this.#value(random.pick(options), depth + 1);
    }
    if (Array.isArray(schema['enum'])) return random.pick(schema['enum'] as readonly unknown[]);
    const type: unknown = Array.isArray(schema['type'])
      ? random.pick(schema['type'] as unknown[])
      : schema['type'];
    if (type === 'integer' || type === 'number') return random.below(100) - 10;
    if (type === 'boolean') return random.chance(0.5);
    if (type === 'null') return null;
    if (type === 'array') {
      const items = (schema['items'] ?? {}) as Json;
      return Array.from({ length: random.below(4) }, () => this.#value(items, depth + 1));
    }
    if (type === 'object' || schema['properties'] !== undefined) {
      const properties = Object.entries((schema['properties'] ?? {}) as Record<string, Json>);
      const chosen = properties.filter(() => random.chance(0.8));
      const value = chosen.map(([name, property]) => [name, this.#value(property, depth + 1)] as const);
      return Object.fromEntries(random.chance(0.05) ? [...value, [hostileText(random), 1] as const] : value);
    }
    return random.chance(0.5) ? random.pick(this.#ids) : hostileText(random);
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

function operationsOf(paths: Readonly<Record<string, Readonly<Record<string, Json>>>>): Operation[] {
  return Object.entries(paths).flatMap(([template, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      method,
      template,
      parameters: (operation['parameters'] ?? []) as readonly Parameter[],
      bodies: ((operation['requestBody'] as Json | undefined)?.['content'] ?? {}) as Operation['bodies'],
    })),
  );
}
