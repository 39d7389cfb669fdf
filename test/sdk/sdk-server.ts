import { createBaseClient, type BaseClient, type ClientOptions } from '../../src/sdk/runtime/client.ts';
import type { JsonValue } from '../../src/sdk/runtime/json.ts';
import type { Fetch } from '../../src/sdk/runtime/transport.ts';
import { loadSchema } from '../../src/schema/load-schema.ts';
import { startApp, type TestApp, type TestAppOptions } from '../support/test-app.ts';
import { RICH_SCHEMA } from './rich-schema.ts';

type Loose = Readonly<Record<string, JsonValue>>;
/** Types are another test's business; see types.test.ts. */
interface LooseCollection {
  readonly key: string | number;
  readonly record: Loose;
  readonly create: object;
  readonly update: object;
  readonly replace: object;
  readonly expand: Loose;
  readonly filter: object;
  readonly sort: string;
}
export type TestClient = BaseClient<
  'photos' | 'videos' | 'drop-box',
  { readonly authors: LooseCollection; readonly 'blog-posts': LooseCollection }
>;

export interface SdkServer {
  readonly app: TestApp;
  /** Requests that went through `fetch`, as `METHOD /path`. */
  readonly requests: string[];
  client(options?: Partial<ClientOptions>): TestClient;
  /** A client of that user, by a token of the test's. */
  as(user: string, options?: Partial<ClientOptions>): TestClient;
}

/** A server with the rich schema, and clients as the generated SDK makes them. */
export async function startSdkServer(options: Partial<TestAppOptions> = {}): Promise<SdkServer> {
  const app = await startApp({ schema: RICH_SCHEMA, ...options });
  const schema = loadSchema({ text: `version: 1\n${RICH_SCHEMA}`, file: 'schema.yaml', config: app.config });
  const data = {
    buckets: Object.fromEntries(schema.buckets),
    collections: [...schema.collections.keys()],
  };
  const requests: string[] = [];
  const fetch: Fetch = (url, init) => {
    requests.push(`${String(init.method)} ${new URL(url).pathname}`);
    return globalThis.fetch(url, init);
  };
  const client = (more: Partial<ClientOptions> = {}) =>
    createBaseClient(data, { url: app.url, fetch, ...more }) as TestClient;
  return { app, requests, client, as: (user, more) => client({ token: app.token(user), ...more }) };
}

export const PNG = Uint8Array.from([
  137, 80, 78, 71, 13, 10, 26, 10, 0, 0, 0, 13, 73, 72, 68, 82, 0, 0, 0, 1, 0, 0, 0, 1, 8, 6, 0, 0, 0, 31, 21,
  196, 137,
]);

/** Bytes that no two positions share for long. */
export function noise(size: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(size);
  for (let at = 0; at < size; at += 1) bytes[at] = (at * 2654435761) >>> 13;
  return bytes;
}

export async function bytesOf(blob: Blob): Promise<Uint8Array> {
  return new Uint8Array(await blob.arrayBuffer());
}
