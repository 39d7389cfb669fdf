import { dirname, resolve, sep } from 'node:path';
import { z } from 'zod';
import { LONGEST_TIMER, byteSize, duration, refuse } from '../lib/unit-shapes.ts';
import { camelKeys } from './camel-keys.ts';
import { origin, proxyAddresses, corsOrigin, endpoint } from './addresses.ts';
import type { Config } from './config.ts';

const SHORTEST_SECRET = 32;

export interface Surroundings {
  /** Where alyx.yml lies: relative paths start there, wherever the process was started. */
  readonly folder: string;
  /** In production a secret that nobody chose is an error. */
  readonly secretRequired: boolean;
}

/** alyx.yml as written, with every default, to `Config`. */
export function configShape({ folder, secretRequired }: Surroundings) {
  const path = text.transform((written) => resolve(folder, written));
  return section({
    server: server.prefault({}),
    database: section({ path: path.prefault('./data/alyx.db') }).prefault({}),
    auth: authShape(secretRequired).prefault({}),
    storage: storageShape(path),
    logging: logging.prefault({}),
    docs: section({ enabled: flag(true) }).prefault({}),
    admin_ui: section({ enabled: flag(true), path: adminPath.prefault('/_admin') }).prefault({}),
    metrics: section({ enabled: flag(true) }).prefault({}),
  })
    .superRefine(refuseUnusedRedirects)
    .superRefine(refuseStrangersAmongObjects) satisfies z.ZodType<Config>;
}

/** What lies in a bucket's folder without being a file of it is taken for left-over bytes, which a repair deletes. */
function refuseStrangersAmongObjects({ database, storage }: Config, context: z.core.$RefinementCtx): void {
  const strangers = [
    { path: ['database', 'path'], folder: dirname(database.path) },
    { path: ['storage', 'tus', 'path'], folder: storage.tus.path },
  ];
  for (const [name, backend] of Object.entries(storage.backends)) {
    if (backend.type !== 'filesystem') continue;
    for (const { path, folder } of strangers) {
      if (!folder.startsWith(`${backend.path}${sep}`)) continue;
      const message = `must not lie within a folder of the backend "${name}" (${backend.path}), where buckets keep their files`;
      context.addIssue({ code: 'custom', path, message });
    }
  }
}

/** Only what a trusted proxy hands on is answered that way: without one the key would do nothing. */
function refuseUnusedRedirects({ server, storage }: Config, context: z.core.$RefinementCtx): void {
  if (server.trustProxy !== false) return;
  for (const [name, backend] of Object.entries(storage.backends)) {
    if (backend.type !== 'filesystem' || backend.accelRedirect === null) continue;
    const path = ['storage', 'backends', name, 'accel_redirect'];
    context.addIssue({ code: 'custom', path, message: 'needs server.trust_proxy to name the proxy' });
  }
}

function section<Shape extends z.core.$ZodLooseShape>(shape: Shape) {
  return z.strictObject(shape).transform((value) => camelKeys(value));
}

const text = z.string().min(1);
const optionalText = z
  .string()
  .optional()
  .transform((written) => (written === undefined || written === '' ? null : written));

function flag(standard: boolean) {
  return z.boolean().prefault(standard);
}

function wholeNumber(min: number, max: number) {
  return z.int().min(min).max(max);
}

const timer = (min = 1) => duration({ min, max: LONGEST_TIMER });

const server = section({
  host: text.prefault('127.0.0.1'),
  port: wholeNumber(0, 65_535).prefault(8080),
  public_url: optionalText.pipe(origin.nullable()),
  trust_proxy: proxyAddresses.prefault(false),
  max_json_size: byteSize.prefault('1MiB'),
  request_timeout: timer(0).prefault('0s'),
  idle_timeout: timer().prefault('60s'),
  shutdown_timeout: timer(0).prefault('30s'),
  max_uploads: wholeNumber(1, 1_000_000).prefault(1000),
  max_uploads_per_client: wholeNumber(1, 1_000_000).prefault(400),
  cors: section({
    origins: z.array(corsOrigin).prefault([]),
    credentials: flag(false),
    max_age: duration({ min: 0 }).prefault('12h'),
  })
    .superRefine(({ origins, credentials }, context) => {
      if (!credentials || !origins.includes('*')) return;
      refuse(context, 'must not allow credentials for every origin', 'list the origins instead of "*"');
    })
    .prefault({}),
});

function secretShape(required: boolean) {
  const hint = 'make one with: openssl rand -base64 48';
  return z.string().superRefine((written, context) => {
    if (written === '' && required) refuse(context, 'must be set where NODE_ENV is production', hint);
    if (written === '' || written.length >= SHORTEST_SECRET) return;
    refuse(context, `must be at least ${SHORTEST_SECRET} characters long`, hint);
  });
}

const rateLimit = (max: number) =>
  section({ max: z.int().min(1).prefault(max), window: duration().prefault('1m') }).prefault({});

function authShape(secretRequired: boolean) {
  return section({
    allow_registration: flag(true),
    jwt: section({
      secret: secretShape(secretRequired).prefault(''),
      access_ttl: duration().prefault('15m'),
      refresh_ttl: duration().prefault('7d'),
      issuer: text.prefault('alyx'),
      audience: optionalText,
    }).prefault({}),
    password: section({ min_length: wholeNumber(1, 128).prefault(8) }).prefault({}),
    rate_limit: section({ login: rateLimit(5), register: rateLimit(3) }).prefault({}),
  });
}

type Path = z.ZodType<string, string>;

function storageShape(path: Path) {
  return section({
    default_max_file_size: byteSize.prefault('100MiB'),
    durable: flag(true),
    verify_on_read: flag(false),
    backends: z.record(backendName, backend(path)).superRefine((backends, context) => {
      if (Object.keys(backends).length === 0) refuse(context, 'must name at least one backend');
    }),
    tus: section({
      chunk_size: byteSize.prefault('5MiB'),
      expiry: duration().prefault('24h'),
      path: path.prefault('./data/uploads'),
    }).prefault({}),
    signed_urls: section({
      default_expiry: duration().prefault('15m'),
      max_expiry: duration().prefault('7d'),
    })
      .superRefine(({ defaultExpiry, maxExpiry }, context) => {
        if (defaultExpiry > maxExpiry)
          refuse(context, 'must not have a default_expiry beyond its max_expiry');
      })
      .prefault({}),
    cleanup: section({ interval: timer().prefault('1h') }).prefault({}),
  });
}

const backendName = z.string().regex(/^[a-z][a-z0-9_-]{0,62}$/, {
  error: 'is no backend name: use a-z, 0-9, "_" and "-", up to 63 characters, starting with a letter',
});

const bucketPrefix = optionalText.refine((prefix) => prefix === null || isKeyPrefix(prefix), {
  error: 'must be names joined by "/", each of letters, digits and !_.*\'()-, without a "/" at either end',
});

function isKeyPrefix(prefix: string): boolean {
  const isName = (name: string) => /^[\w!.*'()-]+$/.test(name) && name !== '.' && name !== '..';
  return prefix.split('/').every(isName);
}

const accelRedirect = optionalText.refine((prefix) => prefix === null || /^(?:\/[\w~-]+)+$/.test(prefix), {
  error: 'must be a path like /_bytes/local, without a "/" at its end',
});

const checksums = z.enum(['when_required', 'when_supported']).prefault('when_required');

function backend(path: Path) {
  const filesystem = section({ type: z.literal('filesystem'), path, accel_redirect: accelRedirect });
  return z.discriminatedUnion('type', [filesystem, s3]);
}

const s3 = section({
  type: z.literal('s3'),
  endpoint: optionalText.pipe(endpoint.nullable()),
  region: text,
  bucket: text,
  bucket_prefix: bucketPrefix,
  access_key: optionalText,
  secret_key: optionalText,
  force_path_style: flag(false),
  request_checksums: checksums,
  response_checksums: checksums,
  connect_timeout: timer().prefault('5s'),
  idle_timeout: timer().prefault('30s'),
}).superRefine(({ accessKey, secretKey }, context) => {
  if ((accessKey === null) === (secretKey === null)) return;
  refuse(
    context,
    'must have both access_key and secret_key, or neither',
    "without them the AWS SDK's own credential chain is asked",
  );
});

const logging = section({
  level: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).prefault('info'),
  format: z.enum(['pretty', 'json']).prefault('pretty'),
});

const adminPath = z.string().regex(/^(?!\/(?:api|health|metrics)(?:\/|$))(?:\/[\w~-]+)+$/, {
  error: 'must be a path like /_admin: no "/" at its end, and not below /api, /health or /metrics',
});
