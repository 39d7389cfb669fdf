import { describe, expect, it } from 'vitest';
import { loadConfig } from '../../src/config/load-config.ts';
import { problemLines } from '../support/problem-lines.ts';

const load = (text: string | null, env = {}) => loadConfig({ text, file: '/srv/alyx.yml', env }).config;
const refused = (text: string, env = {}) => problemLines(() => loadConfig({ text, file: 'alyx.yml', env }));
const backend = (options: string) =>
  `storage: { backends: { s3: { type: s3, region: r, bucket: b, ${options} } } }`;

describe('a key', () => {
  it.each([
    ['server: { public_url: "https://files.example.com/" }', 'https://files.example.com'],
    ['server: { public_url: "http://localhost:8080" }', 'http://localhost:8080'],
    ['server: { public_url: "" }', null],
  ])('%s reads as the origin %j', (text, publicUrl) => {
    expect(load(text).server.publicUrl).toBe(publicUrl);
  });

  it.each([
    ['true', true],
    ['false', false],
    ['[]', []],
    [
      '[10.0.0.0/8, 192.168.1.1, "::1", "fd00::/8", 0.0.0.0/0]',
      ['10.0.0.0/8', '192.168.1.1', '::1', 'fd00::/8', '0.0.0.0/0'],
    ],
  ])('trust_proxy: %s reads as %j', (written, trustProxy) => {
    expect(load(`server: { trust_proxy: ${written} }`).server.trustProxy).toEqual(trustProxy);
  });

  it('that holds a path starts at the folder of alyx.yml', () => {
    const { database, storage } = load(
      'database: { path: a.db }\nstorage: { tus: { path: /abs }, backends: { x: { type: filesystem, path: ../up } } }',
    );
    expect([database.path, storage.tus.path, storage.backends['x']]).toEqual([
      '/srv/a.db',
      '/abs',
      { type: 'filesystem', path: '/up', accelRedirect: null },
    ]);
  });

  it('of an S3 backend may be set or left empty', () => {
    const text = backend(
      'endpoint: "http://localhost:9000/", bucket_prefix: a/b, access_key: k, secret_key: s',
    );
    expect(load(text).storage.backends['s3']).toMatchObject({
      endpoint: 'http://localhost:9000',
      bucketPrefix: 'a/b',
      accessKey: 'k',
      secretKey: 's',
    });
    expect(
      load(backend('endpoint: "", access_key: "", secret_key: ""')).storage.backends['s3'],
    ).toMatchObject({
      endpoint: null,
      accessKey: null,
      secretKey: null,
    });
  });
});

const SIZE_HINT = '(write it as 5242880, 5MB (10^6) or 5MiB (2^20))';
const DURATION_HINT = '(write it as 90s, 15m, 1h30m, 7d or 500ms)';
const ORIGIN = 'must be an origin: http(s)://host[:port], without path or query';
const ADDRESS = 'must be an IP address or a CIDR like 10.0.0.0/8';
const SECRET_HINT = '(make one with: openssl rand -base64 48)';
const SECTION = 'must be a section with keys of its own';

describe('alyx.yml is refused', () => {
  it.each([
    ['- a list', `1:1  ${SECTION}`],
    ['text', `1:1  ${SECTION}`],
    ['sever: {}', '1:1 sever is not a known key (did you mean "server"?)'],
    ['server: { prot: 1 }', '1:11 server.prot is not a known key (did you mean "port"?)'],
    [
      'server: { maxJsonSize: 1 }',
      '1:11 server.maxJsonSize is not a known key (did you mean "max_json_size"?)',
    ],
    ['docs: { colour: 1 }', '1:9 docs.colour is not a known key (use one of: enabled)'],
    ['server: yes', `1:9 server ${SECTION}`],
    ['server: []', `1:9 server ${SECTION}`],
    ['server: { port: "80" }', '1:18 server.port must be a number'],
    ['server: { port: 80.5 }', '1:17 server.port must be a whole number'],
    ['server: { port: 65536 }', '1:17 server.port must be at most 65535'],
    ['server: { port: -1 }', '1:17 server.port must be at least 0'],
    ['server: { host: "" }', '1:18 server.host must not be empty'],
    ['server: { host: 1 }', '1:17 server.host must be text'],
    ['server: { public_url: example.com }', `1:23 server.public_url ${ORIGIN}`],
    ['server: { public_url: "https://example.com/files" }', `1:24 server.public_url ${ORIGIN}`],
    ['server: { public_url: "https://example.com?x" }', `1:24 server.public_url ${ORIGIN}`],
    ['server: { public_url: "https://me:pw@example.com" }', `1:24 server.public_url ${ORIGIN}`],
    ['server: { public_url: "javascript:alert(1)" }', `1:24 server.public_url ${ORIGIN}`],
    [
      'server: { trust_proxy: 10.0.0.1 }',
      '1:24 server.trust_proxy must be true, false or a list of addresses',
    ],
    ['server: { trust_proxy: [10.0.0.0/33] }', `1:25 server.trust_proxy.0 ${ADDRESS}`],
    ['server: { trust_proxy: [10.0.0.0/8/8] }', `1:25 server.trust_proxy.0 ${ADDRESS}`],
    ['server: { trust_proxy: ["::1", proxy] }', `1:32 server.trust_proxy.1 ${ADDRESS}`],
    ['server: { trust_proxy: [10.0.0.1/] }', `1:25 server.trust_proxy.0 ${ADDRESS}`],
    [
      'server: { max_json_size: 1 apple }',
      `1:26 server.max_json_size must be a size of at least 1 byte ${SIZE_HINT}`,
    ],
    [
      'server: { max_json_size: 0 }',
      `1:26 server.max_json_size must be a size of at least 1 byte ${SIZE_HINT}`,
    ],
    [
      'server: { idle_timeout: 60 }',
      `1:25 server.idle_timeout must be a duration with a unit ${DURATION_HINT}`,
    ],
    ['server: { idle_timeout: 0s }', '1:25 server.idle_timeout must be more than 0s'],
    ['server: { idle_timeout: 25d }', '1:25 server.idle_timeout must be at most 24d'],
    [
      'server: { request_timeout: [1s] }',
      `1:28 server.request_timeout must be a duration with a unit ${DURATION_HINT}`,
    ],
    ['server: { cors: { origins: "*" } }', '1:29 server.cors.origins must be a list'],
    ['server: { cors: { origins: [example.com] } }', `1:29 server.cors.origins.0 ${ORIGIN}`],
    [
      'server: { cors: { origins: ["*"], credentials: true } }',
      '1:17 server.cors must not allow credentials for every origin (list the origins instead of "*")',
    ],
    ['server: { cors: { credentials: yes } }', '1:32 server.cors.credentials must be true or false'],
    [
      'auth: { jwt: { secret: tooshort } }',
      `1:24 auth.jwt.secret must be at least 32 characters long ${SECRET_HINT}`,
    ],
    ['auth: { jwt: { access_ttl: 0s } }', '1:28 auth.jwt.access_ttl must be more than 0s'],
    ['auth: { password: { min_length: 0 } }', '1:33 auth.password.min_length must be at least 1'],
    ['auth: { rate_limit: { login: { max: 0 } } }', '1:37 auth.rate_limit.login.max must be at least 1'],
    [
      'storage: { default_max_file_size: 0 }',
      `1:35 storage.default_max_file_size must be a size of at least 1 byte ${SIZE_HINT}`,
    ],
    [
      'storage: { default_max_file_size: unlimited }',
      `1:35 storage.default_max_file_size must be a size of at least 1 byte ${SIZE_HINT}`,
    ],
    ['storage: { backends: {} }', '1:22 storage.backends must name at least one backend'],
    ['storage: { backends: { a: } }', '1:24 storage.backends.a is required'],
    [
      'storage: { backends: { A: { type: filesystem, path: p } } }',
      '1:24 storage.backends.A is no backend name: use a-z, 0-9, "_" and "-", up to 63 characters, starting with a letter',
    ],
    [
      'storage: { backends: { a: { path: p } } }',
      '1:24 storage.backends.a.type is required (use one of: filesystem, s3)',
    ],
    [
      'storage: { backends: { a: { type: filesytem, path: p } } }',
      '1:35 storage.backends.a.type must be one of: filesystem, s3 (did you mean "filesystem"?)',
    ],
    ['storage: { backends: { a: { type: filesystem } } }', '1:24 storage.backends.a.path is required'],
    [
      'storage: { backends: { a: { type: filesystem, path: p, accel_redirect: /b } } }',
      '1:72 storage.backends.a.accel_redirect needs server.trust_proxy to name the proxy',
    ],
    [
      'storage: { backends: { a: { type: filesystem, path: p, region: r } } }',
      '1:56 storage.backends.a.region is not a known key (use one of: type, path, accel_redirect)',
    ],
    ['storage: { backends: { a: { type: s3, bucket: b } } }', '1:24 storage.backends.a.region is required'],
    [
      backend('access_key: k'),
      '1:28 storage.backends.s3 must have both access_key and secret_key, or neither ' +
        "(without them the AWS SDK's own credential chain is asked)",
    ],
    [
      backend('endpoint: localhost'),
      '1:72 storage.backends.s3.endpoint must be a URL: http(s)://host[:port][/path]',
    ],
    [
      backend('bucket_prefix: a/../b'),
      `1:77 storage.backends.s3.bucket_prefix must be names joined by "/", each of letters, digits and !_.*'()-, without a "/" at either end`,
    ],
    [
      backend('request_checksums: never'),
      '1:81 storage.backends.s3.request_checksums must be one of: when_required, when_supported',
    ],
    [backend('connect_timeout: 0s'), '1:79 storage.backends.s3.connect_timeout must be more than 0s'],
    [
      'storage: { tus: { chunk_size: 0 } }',
      `1:31 storage.tus.chunk_size must be a size of at least 1 byte ${SIZE_HINT}`,
    ],
    [
      'storage: { backends: { x: { type: filesystem, path: /a } }, tus: { path: /a/uploads } }',
      '1:74 storage.tus.path must not lie within a folder of the backend "x" (/a), where buckets keep their files',
    ],
    [
      '{ database: { path: /a/db/alyx.db }, storage: { backends: { x: { type: filesystem, path: /a } } } }',
      '1:21 database.path must not lie within a folder of the backend "x" (/a), where buckets keep their files',
    ],
    [
      'storage: { signed_urls: { default_expiry: 8d } }',
      '1:25 storage.signed_urls must not have a default_expiry beyond its max_expiry',
    ],
    ['storage: { cleanup: { interval: 30d } }', '1:33 storage.cleanup.interval must be at most 24d'],
    [
      'logging: { level: verbose }',
      '1:19 logging.level must be one of: fatal, error, warn, info, debug, trace, silent',
    ],
    ['logging: { format: jsn }', '1:20 logging.format must be one of: pretty, json (did you mean "json"?)'],
    ...['admin', '/', '/api/x', '/health', '/admin/', '/a b', '//x'].map((path): [string, string] => [
      `admin_ui: { path: "${path}" }`,
      '1:20 admin_ui.path must be a path like /_admin: no "/" at its end, and not below /api, /health or /metrics',
    ]),
  ])('%s', (text, problem) => {
    expect(refused(text)).toEqual([`alyx.yml:${problem}`]);
  });

  it('with every problem at once, in the order of the file', () => {
    const text =
      'logging:\n  level: loud\nserver:\n  prot: 1\n  port: x\nstorage:\n  backends: { a: { type: s3 } }\n';
    expect(refused(text, { ALYX_SERVR_PORT: '1' }).map((line) => line.split(' ', 2).join(' '))).toEqual([
      'alyx.yml:2:10 logging.level',
      'alyx.yml:4:3 server.prot',
      'alyx.yml:5:9 server.port',
      'alyx.yml:7:15 storage.backends.a.region',
      'alyx.yml:7:15 storage.backends.a.bucket',
      'environment:1:1 ALYX_SERVR_PORT',
    ]);
  });

  it('in production without a secret', () => {
    const production = { NODE_ENV: 'production' };
    const problem = `auth.jwt.secret must be set where NODE_ENV is production ${SECRET_HINT}`;
    expect(refused('auth: { jwt: { secret: "" } }', production)).toEqual([`alyx.yml:1:25 ${problem}`]);
    expect(refused('', production)).toEqual([`alyx.yml:1:1 ${problem}`]);
    expect(refused('', { ...production, ALYX_JWT_SECRET: 's'.repeat(32) })).toEqual([]);
  });
});
