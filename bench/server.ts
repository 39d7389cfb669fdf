/** One HTTP request of a workload, without its body. */
export interface Call {
  readonly method: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A running server under measurement, and how it is asked for each thing. What it cannot do is absent. */
export interface Server {
  readonly name: string;
  readonly pid: number;
  readonly origin: string;
  /** The bare bytes as a request's body. */
  readonly putRaw?: (name: string) => Call;
  /** A form with the file as its last part, `fields` before it. */
  readonly postForm?: (name: string) => Call & { readonly field: string };
  readonly tus?: (name: string) => Call;
  /** How to get what an upload's answer tells of. */
  readonly download?: (upload: Stored) => Call;
  readonly metadata?: (upload: Stored) => Call;
  /** A link that needs no credentials. */
  readonly signed?: (upload: Stored) => Promise<Call>;
  /** Makes 100,000 files known; `list` then asks for 100 of them, at the beginning or far behind it. */
  readonly seed?: () => Promise<void>;
  readonly list?: (place: 'first' | 'deep') => Promise<Call>;
  readonly stop: () => Promise<void>;
}

/** What a server said to an upload. */
export interface Stored {
  readonly name: string;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: string;
}

export interface StartOptions {
  /** Empty, for the server's data. */
  readonly folder: string;
  readonly durable: boolean;
}

export interface Contender {
  readonly name: string;
  /** Null when it can be started here; else why not. */
  readonly missing: () => string | null;
  start(options: StartOptions): Promise<Server>;
}

export const SEEDED_FILES = 100_000;
