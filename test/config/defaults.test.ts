import { describe, expect, it } from 'vitest';
import { keysByVariable } from '../../src/config/environment.ts';
import { loadConfig } from '../../src/config/load-config.ts';
import { configShape } from '../../src/config/shape.ts';
import { parseYaml } from '../../src/lib/yaml.ts';

/** CONTRACT section 2: every key with its default. */
const EVERY_DEFAULT = `
server:
  host: 127.0.0.1
  port: 8080
  public_url:
  trust_proxy: false
  max_json_size: 1MiB
  request_timeout: 0s
  idle_timeout: 60s
  shutdown_timeout: 30s
  max_uploads: 1000
  max_uploads_per_client: 400
  cors: { origins: [], credentials: false, max_age: 12h }
database:
  path: ./data/alyx.db
auth:
  allow_registration: true
  jwt: { secret: "\${ALYX_JWT_SECRET:-}", access_ttl: 15m, refresh_ttl: 7d, issuer: alyx, audience: }
  password: { min_length: 8 }
  rate_limit: { login: { max: 5, window: 1m }, register: { max: 3, window: 1m } }
storage:
  default_max_file_size: 100MiB
  durable: true
  verify_on_read: false
  backends:
    local: { type: filesystem, path: ./data/storage }
  tus: { chunk_size: 5MiB, expiry: 24h, path: ./data/uploads }
  signed_urls: { default_expiry: 15m, max_expiry: 7d }
  cleanup: { interval: 1h }
logging: { level: info, format: pretty }
docs: { enabled: true }
admin_ui: { enabled: true, path: /_admin }
metrics: { enabled: true }
`;

const load = (text: string | null, env = {}) => loadConfig({ text, file: '/srv/alyx.yml', env }).config;

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const MIB = 2 ** 20;

describe('the defaults', () => {
  it('hold in bytes, milliseconds and absolute paths', () => {
    expect(load(null)).toStrictEqual({
      server: {
        host: '127.0.0.1',
        port: 8080,
        publicUrl: null,
        trustProxy: false,
        maxJsonSize: MIB,
        requestTimeout: 0,
        idleTimeout: MINUTE,
        shutdownTimeout: 30 * SECOND,
        maxUploads: 1000,
        maxUploadsPerClient: 400,
        cors: { origins: [], credentials: false, maxAge: 12 * HOUR },
      },
      database: { path: '/srv/data/alyx.db' },
      auth: {
        allowRegistration: true,
        jwt: { secret: '', accessTtl: 15 * MINUTE, refreshTtl: 7 * DAY, issuer: 'alyx', audience: null },
        password: { minLength: 8 },
        rateLimit: { login: { max: 5, window: MINUTE }, register: { max: 3, window: MINUTE } },
      },
      storage: {
        defaultMaxFileSize: 100 * MIB,
        durable: true,
        verifyOnRead: false,
        backends: { local: { type: 'filesystem', path: '/srv/data/storage', accelRedirect: null } },
        tus: { chunkSize: 5 * MIB, expiry: DAY, path: '/srv/data/uploads' },
        signedUrls: { defaultExpiry: 15 * MINUTE, maxExpiry: 7 * DAY },
        cleanup: { interval: HOUR },
      },
      logging: { level: 'info', format: 'pretty' },
      docs: { enabled: true },
      adminUi: { enabled: true, path: '/_admin' },
      metrics: { enabled: true },
    });
  });

  it('are what the contract writes out', () => {
    expect(load(EVERY_DEFAULT)).toStrictEqual(load(null));
  });

  it('are written out for every key there is', () => {
    const { value } = parseYaml(EVERY_DEFAULT, 'contract.yml');
    const onlyS3 = /_BACKENDS_LOCAL_(?!TYPE|PATH)/;
    const keys = keysByVariable(configShape({ folder: '/', secretRequired: false }), value);
    const missing = [...keys].filter(([variable, [key]]) => {
      return !onlyS3.test(variable) && !isWritten(value, key?.path ?? []);
    });
    expect(missing).toEqual([]);
    expect(keys.size).toBeGreaterThan(50);
  });

  it('hold for a section, and for a key, that is left empty', () => {
    expect(load('server:\n  port:\nauth:\n  jwt:\nstorage:\n  backends:\n')).toStrictEqual(load(null));
  });

  it('of an S3 backend leave the credentials to the AWS SDK and its checksums off', () => {
    const s3 = 'storage: { backends: { cloud: { type: s3, region: eu-1, bucket: b } } }';
    expect(load(s3).storage.backends['cloud']).toStrictEqual({
      type: 's3',
      endpoint: null,
      region: 'eu-1',
      bucket: 'b',
      bucketPrefix: null,
      accessKey: null,
      secretKey: null,
      forcePathStyle: false,
      requestChecksums: 'when_required',
      responseChecksums: 'when_required',
      connectTimeout: 5 * SECOND,
      idleTimeout: 30 * SECOND,
    });
  });

  it('cannot be changed by anyone', () => {
    const config = load(null);
    expect(() => Object.assign(config.storage.tus, { path: '/tmp' })).toThrow(TypeError);
    expect(() => (config.server.cors.origins as string[]).push('*')).toThrow(TypeError);
  });
});

function isWritten(value: unknown, path: readonly string[]): boolean {
  let current = value;
  for (const key of path) {
    if (typeof current !== 'object' || current === null || !Object.hasOwn(current, key)) return false;
    current = (current as Record<string, unknown>)[key];
  }
  return true;
}
