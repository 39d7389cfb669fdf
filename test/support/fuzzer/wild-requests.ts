import { form } from '../form.ts';
import type { SeededRandom } from '../seeded-random.ts';
import { hostileEscaped, hostileHeader, hostileJson, hostileText } from './hostile-values.ts';
import { LONGEST, type FuzzRequest, type Json, type Operation } from './operations.ts';
import type { World } from './world.ts';

/** Requests of which any part may be anything. */
export class WildRequests {
  readonly #random: SeededRandom;
  readonly #world: World;
  readonly #schemas: Json;

  /** `schemas`: the document's components. */
  constructor(random: SeededRandom, world: World, schemas: Json) {
    this.#random = random;
    this.#world = world;
    this.#schemas = schemas;
  }

  make(operation: Operation): FuzzRequest {
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
    if (names === undefined && random.chance(0.7)) return this.#world.anyId(random) ?? 'x';
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
    return `Bearer ${random.chance(0.85) ? this.#world.anyToken(random) : hostileHeader(random)}`;
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
    return random.chance(0.5) ? (this.#world.anyId(random) ?? 'x') : hostileText(random);
  }
}
