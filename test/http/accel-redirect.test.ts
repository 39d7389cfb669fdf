import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { OPEN_RULES, refusal, store, type FileJson } from '../support/files-api.ts';
import { freePort } from '../support/free-port.ts';
import { filesBelow } from '../support/leftovers.ts';
import { lacks } from '../support/machine.ts';
import { blocks } from '../support/readme.ts';
import { BASE_CONFIG, startApp, type TestApp } from '../support/test-app.ts';

const SCHEMA = `
buckets:
  docs: { backend: local, rules: ${OPEN_RULES} }
  closed: { backend: local, rules: { create: "true", download: "auth.id == file.owner_id" } }
  zipped: { backend: local, compression: gzip, rules: ${OPEN_RULES} }
`;
const CONFIG = BASE_CONFIG.replace(
  'port: 0 }',
  'port: 0, trust_proxy: [127.0.0.1], cors: { origins: ["*"] } }',
).replace('./data/storage }', './data/storage, accel_redirect: /_bytes/local }');
const CONTENT = 'The quick brown fox jumps over the lazy dog';
const PROXIED = { 'x-forwarded-for': '192.0.2.7' };

let app: TestApp;
let file: FileJson;
beforeAll(async () => {
  app = await startApp({ schema: SCHEMA, config: CONFIG });
  file = await store(app, 'docs', 'fox.txt', CONTENT);
});
afterAll(() => app.dispose());

const get = (headers: Record<string, string> = {}, { bucket, id } = file, as?: string) =>
  app.request(`/api/files/${bucket}/${id}/download`, { headers, ...(as === undefined ? {} : { as }) });

describe('a download through a trusted proxy', () => {
  it('is handed to it, with every header and no byte', async () => {
    const direct = await get();
    const response = await get(PROXIED);
    expect([direct.headers.get('x-accel-redirect'), await direct.text()]).toEqual([null, CONTENT]);
    expect([response.status, await response.text()]).toEqual([200, '']);
    const place = response.headers.get('x-accel-redirect') ?? '';
    expect(filesBelow(join(app.folder, 'data/storage'))).toContain(place.replace('/_bytes/local/', ''));
    const told = Object.fromEntries(response.headers);
    const own = ['accept-ranges', 'content-length', 'date', 'x-request-id'];
    for (const [name, value] of direct.headers)
      if (!own.includes(name)) expect(told).toHaveProperty(name, value);
  });

  it('is denied by the rule all the same', async () => {
    const secret = await store(app, 'closed', 'secret.txt', CONTENT, { as: 'ann' });
    expect((await get(PROXIED, secret)).status).toBe(401);
    expect((await get(PROXIED, secret, 'bob')).status).toBe(403);
    expect((await get(PROXIED, secret, 'ann')).headers.get('x-accel-redirect')).toContain(
      '/_bytes/local/closed/',
    );
  });

  it.each([
    [{ 'if-none-match': '*' }, 304, ''],
    [{ range: 'bytes=100-' }, 416, null],
    [{ range: 'bytes=5-2' }, 200, CONTENT],
    [{ range: 'bytes=0-1,3-4' }, 200, CONTENT],
    [{ range: 'bytes=0-2', 'if-range': '"other"' }, 200, CONTENT],
    [{ 'if-match': '*' }, 200, CONTENT],
    [{ 'if-unmodified-since': new Date(Date.now() + 5_000).toUTCString() }, 200, CONTENT],
  ])('is answered here where nginx would judge otherwise: %j', async (headers, status, text) => {
    const response = await get({ ...PROXIED, ...headers });
    expect([response.status, response.headers.get('x-accel-redirect')]).toEqual([status, null]);
    if (text !== null) expect(await response.text()).toBe(text);
  });

  it('is sent here where it is stored in another form', async () => {
    const zipped = await store(app, 'zipped', 'fox.txt', CONTENT);
    expect(await (await get(PROXIED, zipped)).text()).toBe(CONTENT);
  });

  it('of bytes that are gone is an error of ours', async () => {
    const storage = join(app.folder, 'data/storage');
    const before = filesBelow(storage);
    const gone = await store(app, 'docs', 'gone.txt', CONTENT);
    for (const path of filesBelow(storage).filter((one) => !before.includes(one)))
      rmSync(join(storage, path));
    const response = await get(PROXIED, gone);
    expect([response.status, (await refusal(response)).code]).toEqual([404, 'FILE_NOT_FOUND']);
  });
});

/** The README's recipe, word for word but for the address and the folder. */
describe.skipIf(lacks("the README's nginx", 'nginx'))('behind the nginx of the README', () => {
  let nginx: ChildProcess;
  let origin: string;
  beforeAll(async () => {
    const port = await freePort();
    origin = `http://127.0.0.1:${port}`;
    const folder = join(app.folder, 'nginx');
    mkdirSync(folder);
    writeFileSync(join(folder, 'nginx.conf'), configuration(folder, port));
    nginx = spawn('nginx', ['-c', join(folder, 'nginx.conf'), '-e', join(folder, 'error.log')], {
      stdio: 'ignore',
    });
    await vi.waitFor(async () => expect((await fetch(`${origin}/api/files/docs`)).status).toBe(200), 10_000);
  });
  afterAll(async () => {
    const exited = once(nginx, 'exit');
    nginx.kill();
    await exited;
  });

  const through = (headers: Record<string, string>, operation: string, { id } = file) =>
    fetch(`${origin}/api/files/docs/${id}/${operation}`, {
      headers: { origin: 'https://app.example', ...headers },
    });
  const direct = (headers: Record<string, string>, operation: string, { id } = file) =>
    fetch(`${app.url}/api/files/docs/${id}/${operation}`, {
      headers: { origin: 'https://app.example', ...headers },
    });

  it.each([
    [{}, 'download'],
    [{}, 'view'],
    [{ range: 'bytes=4-8' }, 'download'],
    [{ range: 'bytes=-3' }, 'download'],
    [{ range: 'bytes=90-' }, 'download'],
    [{ range: 'bytes=0-1,4-5' }, 'download'],
    [{ 'if-none-match': '"other"', 'if-modified-since': new Date().toUTCString() }, 'download'],
    [{ 'if-modified-since': new Date(Date.now() + 5_000).toUTCString() }, 'download'],
  ])('%j on %s is answered as without it', async (headers, operation) => {
    const page = await store(
      app,
      'docs',
      `page-${crypto.randomUUID()}.html`,
      '<!doctype html><p>A page of text</p>',
    );
    const ours = await direct(headers, operation, page);
    const theirs = await through(headers, operation, page);
    expect([theirs.status, theirs.status === 416 || (await theirs.text())]).toEqual([
      ours.status,
      ours.status === 416 || (await ours.text()),
    ]);
    expect(comparable(theirs)).toEqual(comparable(ours));
  });

  it('leads nobody to the bytes past the rules', async () => {
    const [path = ''] = filesBelow(join(app.folder, 'data/storage/docs'));
    expect((await fetch(`${origin}/_bytes/local/docs/${path}`)).status).toBe(404);
  });

  function configuration(folder: string, port: number): string {
    const [site = '', accel = ''] = blocks('nginx');
    const server = site
      .replace('listen 443 ssl', `listen 127.0.0.1:${port}`)
      .replace('http://127.0.0.1:8080', app.url)
      .replace(/}\s*$/, `${accel.replace('/srv/alyx', app.folder)}}`);
    return `
daemon off;
user root;
worker_processes 1;
pid ${folder}/nginx.pid;
events {}
http {
  access_log off;
  client_body_temp_path ${folder}/body;
  proxy_temp_path ${folder}/proxy;
  fastcgi_temp_path ${folder}/fastcgi;
  uwsgi_temp_path ${folder}/uwsgi;
  scgi_temp_path ${folder}/scgi;
  ${server}
}`;
  }
});

/** Without what belongs to a connection or a request; an error's own length depends on the server that words it. */
function comparable({ status, headers }: Response): Record<string, string> {
  const names = ['date', 'server', 'connection', 'keep-alive', 'x-request-id'];
  if (status === 416) names.push('content-length');
  // What came as a range needs no word on whether ranges are taken.
  if (status === 206) names.push('accept-ranges');
  return Object.fromEntries([...headers].filter(([name]) => !names.includes(name)));
}
