/**
 * What alyx.yml says, after defaults, environment and validation: sizes in bytes, durations in milliseconds.
 * One frozen value, passed in; nobody reads it from a module. `config/shape.ts` makes it.
 */
export interface Config {
  readonly server: {
    readonly host: string;
    readonly port: number;
    /** Origin without a trailing slash, or null: then URLs are path-absolute. */
    readonly publicUrl: string | null;
    readonly trustProxy: boolean | readonly string[];
    readonly maxJsonSize: number;
    /** 0 = no limit. */
    readonly requestTimeout: number;
    readonly idleTimeout: number;
    readonly shutdownTimeout: number;
    /** Uploads under way at once: of all clients, and of one. */
    readonly maxUploads: number;
    readonly maxUploadsPerClient: number;
    readonly cors: {
      readonly origins: readonly string[];
      readonly credentials: boolean;
      readonly maxAge: number;
    };
  };
  readonly database: { readonly path: string };
  readonly auth: {
    readonly allowRegistration: boolean;
    readonly jwt: {
      /** Never empty: `loadConfig` leaves '' and `auth/secret.ts` replaces it by the kept random one. */
      readonly secret: string;
      readonly accessTtl: number;
      readonly refreshTtl: number;
      readonly issuer: string;
      readonly audience: string | null;
    };
    readonly password: { readonly minLength: number };
    readonly rateLimit: { readonly login: RateLimit; readonly register: RateLimit };
  };
  readonly storage: {
    readonly defaultMaxFileSize: number;
    readonly durable: boolean;
    /** Whole files are held against their SHA-256 while they go out. */
    readonly verifyOnRead: boolean;
    readonly backends: Readonly<Record<string, BackendConfig>>;
    readonly tus: { readonly chunkSize: number; readonly expiry: number; readonly path: string };
    readonly signedUrls: { readonly defaultExpiry: number; readonly maxExpiry: number };
    readonly cleanup: { readonly interval: number };
  };
  readonly logging: { readonly level: LogLevel; readonly format: 'pretty' | 'json' };
  readonly docs: { readonly enabled: boolean };
  readonly adminUi: { readonly enabled: boolean; readonly path: string };
  readonly metrics: { readonly enabled: boolean };
}

export interface RateLimit {
  readonly max: number;
  readonly window: number;
}

export type LogLevel = 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace' | 'silent';

export type BackendConfig = FilesystemConfig | S3Config;

export interface FilesystemConfig {
  readonly type: 'filesystem';
  readonly path: string;
  /** Where an nginx in front finds the files below `path`; null = every byte goes through Alyx. */
  readonly accelRedirect: string | null;
}

export interface S3Config {
  readonly type: 's3';
  /** Null = AWS itself, found from the region. */
  readonly endpoint: string | null;
  readonly region: string;
  readonly bucket: string;
  readonly bucketPrefix: string | null;
  /** Both or neither; neither = the AWS SDK's own credential chain. */
  readonly accessKey: string | null;
  readonly secretKey: string | null;
  readonly forcePathStyle: boolean;
  /** When the SDK adds its own checksums; 'when_required' is what R2, older Ceph and MinIO accept. */
  readonly requestChecksums: 'when_required' | 'when_supported';
  readonly responseChecksums: 'when_required' | 'when_supported';
  readonly connectTimeout: number;
  readonly idleTimeout: number;
}
