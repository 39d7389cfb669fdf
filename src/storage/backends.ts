import type { BackendConfig, Config } from '../config/config.ts';
import type { Backend } from './backend.ts';
import { BackendError } from './backend-error.ts';
import { CompressedBackend } from './compression/compressed-backend.ts';
import { FilesystemBackend } from './filesystem-backend.ts';
import { ObservedBackend, type ObserveBackend } from './observed-backend.ts';
import { openS3Backend } from './s3-backend.ts';

export interface BackendsOptions {
  /** Told of every call; left out where nobody counts. */
  readonly observe?: ObserveBackend | undefined;
  /** The database's file; see FilesystemOptions. */
  readonly database?: string;
}

type Coding = 'gzip' | 'zstd';

interface OpenBackend {
  readonly plain: Backend;
  readonly coded: Readonly<Record<Coding, Backend>>;
}

/** The storage backends that alyx.yml names, open, each with its compressing views. */
export class Backends {
  readonly #open: ReadonlyMap<string, OpenBackend>;

  private constructor(open: ReadonlyMap<string, OpenBackend>) {
    this.#open = open;
  }

  static async open(
    storage: Config['storage'],
    { observe, database }: BackendsOptions = {},
  ): Promise<Backends> {
    const open = new Map<string, OpenBackend>();
    for (const [name, config] of Object.entries(storage.backends)) {
      const backend = await openBackend(name, config, storage.durable, database);
      const plain = observe === undefined ? backend : new ObservedBackend(name, backend, observe);
      const coded = {
        gzip: new CompressedBackend(plain, 'gzip'),
        zstd: new CompressedBackend(plain, 'zstd'),
      };
      open.set(name, { plain, coded });
    }
    return new Backends(open);
  }

  has(name: string): boolean {
    return this.#open.has(name);
  }

  names(): string[] {
    return [...this.#open.keys()];
  }

  /** The backend as it is (`codec` null), or seen through a codec: what is put gets coded, what is got decoded. */
  get(name: string, codec: Coding | null = null): Backend {
    const backend = this.#open.get(name);
    if (backend === undefined) throw BackendError.unavailable(name, 'it is not in alyx.yml');
    return codec === null ? backend.plain : backend.coded[codec];
  }

  async close(): Promise<void> {
    for (const { plain } of this.#open.values()) await plain.close();
  }
}

function openBackend(
  name: string,
  config: BackendConfig,
  durable: boolean,
  database: string | undefined,
): Promise<Backend> {
  return config.type === 's3'
    ? openS3Backend(name, config)
    : FilesystemBackend.open({ ...config, name, durable, database });
}
