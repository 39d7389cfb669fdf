import { Api } from './api.ts';
import { AuthClient } from './auth-client.ts';
import { CollectionClient } from './collection-client.ts';
import { fixedCredentials, type TokenSource } from './credentials.ts';
import { defaultStore, type KeyValueStore } from './key-value-store.ts';
import type { CollectionTypes, SchemaData } from './schema-types.ts';
import { SessionKeeper } from './session-keeper.ts';
import { StorageClient } from './storage-client.ts';
import { TAKEN_NAMES } from './taken-names.ts';
import { Transport, type Fetch } from './transport.ts';

export interface ClientOptions {
  /** The server's address, `https://files.example.com`. */
  readonly url: string;
  /** Acts in the name of this token instead of keeping a session: for scripts and servers. */
  readonly token?: TokenSource | undefined;
  /** Keeps the session and unfinished uploads; `localStorage` in a page, else memory. */
  readonly store?: KeyValueStore | undefined;
  /** In place of the global one. Uploads that tell their progress do not use it in browsers, nor do those in chunks. */
  readonly fetch?: Fetch | undefined;
  /** Files of this many bytes and more are uploaded in chunks by themselves; 8 MiB without it. */
  readonly resumableFrom?: number | undefined;
  /** The size of these chunks in bytes; `storage.tus.chunk_size` of alyx.yml without it. */
  readonly chunkSize?: number | undefined;
  /** How long an upload in chunks waits before each further attempt, in milliseconds. */
  readonly retryDelays?: readonly number[] | undefined;
}

/** A client without the properties that the schema's collections give it. */
export interface BaseClient<Bucket extends string, C extends Readonly<Record<string, CollectionTypes>>> {
  readonly auth: AuthClient;
  readonly storage: StorageClient<Bucket>;
  /** The collection of that name; most are properties of the client as well. */
  collection<N extends keyof C & string>(name: N): CollectionClient<C[N]>;
}

const MIB = 1024 * 1024;
const RETRY_DELAYS = [0, 1_000, 3_000, 5_000, 10_000];

export function createBaseClient(schema: SchemaData, options: ClientOptions): object {
  const fetch: Fetch = options.fetch ?? ((url, init) => globalThis.fetch(url, init));
  const store = options.store ?? defaultStore();
  const transport = new Transport(options.url, fetch);
  const keeper = new SessionKeeper(transport, store);
  const api = new Api(transport, options.token === undefined ? keeper : fixedCredentials(options.token));
  const settings = {
    resumableFrom: options.resumableFrom ?? 8 * MIB,
    chunkSize: options.chunkSize ?? 5 * MIB,
    retryDelays: options.retryDelays ?? RETRY_DELAYS,
    store,
    fetch,
  };
  const open = schema.collections.filter((name) => !TAKEN_NAMES.includes(name));
  return {
    ...Object.fromEntries(open.map((name) => [name, new CollectionClient(api, name)])),
    auth: new AuthClient(api, keeper),
    storage: new StorageClient({ api, settings, buckets: schema.buckets }),
    collection: (name: string) => new CollectionClient(api, name),
  };
}
