import { describe, expect, it } from 'vitest';
import { keysByVariable } from '../../src/config/environment.ts';
import { loadConfig } from '../../src/config/load-config.ts';
import { configShape } from '../../src/config/shape.ts';
import { problemLines } from '../support/problem-lines.ts';

const load = (text: string | null, env = {}) => loadConfig({ text, file: '/srv/alyx.yml', env }).config;
const refused = (text: string | null, env = {}) =>
  problemLines(() => loadConfig({ text, file: 'alyx.yml', env }));
const issuer = (written: string, env = {}) =>
  load(`auth: { jwt: { issuer: '${written}' } }`, env).auth.jwt.issuer;

describe('${VAR}', () => {
  it.each([
    ['${A}', 'a'],
    ['x-${A}-y', 'x-a-y'],
    ['${A}${B}', 'ab'],
    ['${NONE:-fallback}', 'fallback'],
    ['${EMPTY:-fallback}', 'fallback'],
    ['${A:-fallback}', 'a'],
    ['${NONE:-with :- and $}', 'with :- and $'],
    ['x${EMPTY}', 'x'],
    ['$${A}', '${A}'],
    ['$A and $', '$A and $'],
    ['${INJECTION}', 'x\nadmin: true'],
    ['${NESTED}', '${A}'],
  ])('%s reads as %j', (written, text) => {
    const env = { A: 'a', B: 'b', EMPTY: '', INJECTION: 'x\nadmin: true', NESTED: '${A}' };
    expect(issuer(written, env)).toBe(text);
  });

  it('works in lists and under names', () => {
    const text =
      'server: { cors: { origins: ["${O}"] } }\nstorage: { backends: { x: { type: filesystem, path: "${P}/y" } } }';
    const { server, storage } = load(text, { O: 'https://a.example', P: '/mnt' });
    expect([server.cors.origins, storage.backends['x']]).toEqual([
      ['https://a.example'],
      { type: 'filesystem', path: '/mnt/y', accelRedirect: null },
    ]);
  });

  it('takes the type of its key, quoted or not', () => {
    const text =
      'server: { port: "${PORT}", max_json_size: "${SIZE}", trust_proxy: "${TRUST:-true}" }\ndocs:\n  enabled: ${ON}';
    const { server, docs } = load(text, { PORT: '99', SIZE: '2048', ON: 'false' });
    expect([server.port, server.maxJsonSize, server.trustProxy, docs.enabled]).toEqual([
      99,
      2048,
      true,
      false,
    ]);
  });

  it('stays text where its key takes text', () => {
    expect(issuer('${N}', { N: '42' })).toBe('42');
  });

  it('leaves the default where it is empty and its key cannot be', () => {
    expect(load('server: { port: "${PORT:-}", public_url: "${URL:-}" }').server).toMatchObject({
      port: 8080,
      publicUrl: null,
    });
  });

  it.each([
    [
      'server: { host: "${NO}" }',
      '1:18 server.host uses ${NO}, which is not set (set it, or write ${NO:-fallback})',
    ],
    [
      'server: { port: "1${NO}" }',
      '1:19 server.port uses ${NO}, which is not set (set it, or write ${NO:-fallback})',
    ],
    ...['${}', '${1A}', '${A-x}', '${A', '${A B}'].map((bad): [string, string] => [
      `server: { host: "x${bad}" }`,
      '1:19 server.host holds a malformed variable (write ${NAME} or ${NAME:-fallback}, and $${ for a plain "${")',
    ]),
  ])('is refused in %s', (text, problem) => {
    expect(refused(text)).toEqual([`alyx.yml:${problem}`]);
  });

  it('is reported once for each that is not set', () => {
    expect(refused('server: { host: "${X}-${Y}", public_url: "${Z}" }')).toHaveLength(3);
  });
});

describe('an ALYX_ variable', () => {
  const overridable = keysByVariable(configShape({ folder: '/', secretRequired: false }), {
    storage: { backends: { local: {} } },
  });
  const scalars = [...overridable].filter(([, [key]]) => key?.kind === 'scalar').map(([name]) => name);

  it('overrides every single value, in the file or not', () => {
    expect(scalars).toEqual(
      expect.arrayContaining([
        'ALYX_SERVER_PORT',
        'ALYX_SERVER_CORS_MAX_AGE',
        'ALYX_AUTH_JWT_SECRET',
        'ALYX_STORAGE_BACKENDS_LOCAL_SECRET_KEY',
        'ALYX_ADMIN_UI_PATH',
        'ALYX_METRICS_ENABLED',
      ]),
    );
  });

  it.each([
    ['ALYX_SERVER_PORT', '99', { server: { port: 99 } }],
    ['ALYX_SERVER_HOST', '0.0.0.0', { server: { host: '0.0.0.0' } }],
    ['ALYX_SERVER_TRUST_PROXY', 'true', { server: { trustProxy: true } }],
    ['ALYX_SERVER_IDLE_TIMEOUT', '5s', { server: { idleTimeout: 5000 } }],
    ['ALYX_SERVER_CORS_CREDENTIALS', 'true', { server: { cors: { credentials: true } } }],
    ['ALYX_DATABASE_PATH', 'x.db', { database: { path: '/srv/x.db' } }],
    ['ALYX_AUTH_JWT_SECRET', '1'.repeat(32), { auth: { jwt: { secret: '1'.repeat(32) } } }],
    ['ALYX_JWT_SECRET', 's'.repeat(32), { auth: { jwt: { secret: 's'.repeat(32) } } }],
    ['ALYX_AUTH_RATE_LIMIT_LOGIN_MAX', '7', { auth: { rateLimit: { login: { max: 7 } } } }],
    ['ALYX_STORAGE_TUS_CHUNK_SIZE', '1024', { storage: { tus: { chunkSize: 1024 } } }],
    ['ALYX_STORAGE_BACKENDS_LOCAL_PATH', '/mnt', { storage: { backends: { local: { path: '/mnt' } } } }],
    ['ALYX_LOGGING_LEVEL', 'debug', { logging: { level: 'debug' } }],
    ['ALYX_ADMIN_UI_ENABLED', 'false', { adminUi: { enabled: false } }],
  ])('%s=%s wins over the default and over the file', (name, value, expected) => {
    expect(load(null, { [name]: value })).toMatchObject(expected);
    expect(load('server: { port: 1, host: h }\nlogging: { level: warn }', { [name]: value })).toMatchObject(
      expected,
    );
  });

  it('finds a backend whose name has a hyphen', () => {
    const text = 'storage: { backends: { my-disk_2: { type: filesystem, path: p } } }';
    const { backends } = load(text, { ALYX_STORAGE_BACKENDS_MY_DISK_2_PATH: '/mnt' }).storage;
    expect(backends).toEqual({ 'my-disk_2': { type: 'filesystem', path: '/mnt', accelRedirect: null } });
  });

  it('is told by name to whoever loads', () => {
    const env = { ALYX_SERVER_PORT: '1', HOME: '/root', ALYX_SERVER_HOST: '' };
    expect(loadConfig({ text: null, file: 'alyx.yml', env }).overrides).toEqual(['ALYX_SERVER_PORT']);
  });

  it('overrides nothing while it is empty', () => {
    expect(load('server: { port: 99 }', { ALYX_SERVER_PORT: '', ALYX_NONSENSE: '' }).server.port).toBe(99);
  });

  it('may have any name that the file refers to', () => {
    expect(load('auth: { jwt: { issuer: "${ALYX_ANY}" } }', { ALYX_ANY: 'x' }).auth.jwt.issuer).toBe('x');
  });

  it.each([
    ['ALYX_SERVR_PORT', 'matches no key of alyx.yml (did you mean ALYX_SERVER_PORT?)'],
    [
      'ALYX_STORAGE_BACKENDS_MINIO_BUCKET',
      'matches no key of alyx.yml (did you mean ALYX_STORAGE_BACKENDS_LOCAL_BUCKET?)',
    ],
    ['ALYX_X', 'matches no key of alyx.yml (write ALYX_ and the key of alyx.yml, as in ALYX_SERVER_PORT)'],
    [
      'ALYX_SERVER_CORS_ORIGINS',
      'cannot override server.cors.origins, which is a list (write it into alyx.yml)',
    ],
    ['ALYX_SERVER', 'cannot override server, which is a section (write it into alyx.yml)'],
    ['ALYX_SERVER_PORT', 'must be a number'],
    ['ALYX_LOGGING_LEVEL', 'must be one of: fatal, error, warn, info, debug, trace, silent'],
    ['ALYX_AUTH_JWT_SECRET', 'must be at least 32 characters long (make one with: openssl rand -base64 48)'],
  ])('%s=hunter2 is refused, without its value', (name, problem) => {
    expect(refused(null, { [name]: 'hunter2' })).toEqual([`environment:1:1 ${name} ${problem}`]);
  });

  it('that could mean two backends is refused', () => {
    const text =
      'storage: { backends: { a-b: { type: filesystem, path: p }, a_b: { type: filesystem, path: p } } }';
    expect(refused(text, { ALYX_STORAGE_BACKENDS_A_B_PATH: 'q' })).toEqual([
      'environment:1:1 ALYX_STORAGE_BACKENDS_A_B_PATH stands for both storage.backends.a-b.path and storage.backends.a_b.path',
    ]);
  });

  it('never shows its value, wherever it is used', () => {
    const env = { SECRET: 'hunter2', ALYX_SERVER_PUBLIC_URL: 'hunter2', ALYX_SERVER_PORT: 'hunter2' };
    const text =
      'auth: { jwt: { secret: "${SECRET}", access_ttl: "${SECRET}" } }\nlogging: { level: "${SECRET}" }';
    const lines = refused(text, env);
    expect(lines).toHaveLength(5);
    expect(lines.join('\n')).not.toContain('hunter2');
  });
});
