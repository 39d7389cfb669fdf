/** One HTTP request of a workload, without its body. */
export interface Call {
  readonly method: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A running server under measurement, and how it is asked for each thing. What it cannot do is absent. */
export interface Server {
  /** Its CPU and memory count, and those of its children. */
  readonly pid: number;
  readonly origin: string;
  /** The bare bytes as a request's body. */
  readonly putRaw?: (name: string) => Call;
  /** A form with the file in its part `field`. */
  readonly postForm?: (name: string) => Call & { readonly field: string };
  readonly tus?: (name: string) => Call;
  /** How to get what an upload's answer tells of. */
  readonly download?: (upload: Stored) => Call;
  /** False where downloads come whole only. */
  readonly ranges?: false;
  readonly metadata?: (upload: Stored) => Call;
  /** A link that needs no credentials. */
  readonly signed?: (upload: Stored) => Promise<Call>;
  /** Makes SEEDED_FILES files known; `list` then asks for 100 of them, at the beginning or far behind it. */
  readonly seed?: () => Promise<void>;
  readonly list?: (place: 'first' | 'deep') => Promise<Call>;
  /** Why it ended by itself, in its own words; null when it runs, absent where nobody can tell. */
  readonly ended?: () => Promise<string | null>;
  readonly stop: () => Promise<void>;
}

/** What a server said to an upload. */
export interface Stored {
  readonly name: string;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: string;
}

export interface Contender {
  readonly name: string;
  /** Null when it can be started here; else why not. */
  readonly missing: () => string | null;
  /** Starts it with its data in an empty folder. */
  readonly start: (folder: string) => Promise<Server>;
}

export const SEEDED_FILES = 100_000;
/** Where the deep page is. */
export const DEEP_OFFSET = 90_000;
