import { readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { platform } from 'node:os';
import { join } from 'node:path';
import BetterSqlite3 from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Alyx, MAIN, writeProject } from '../support/alyx.ts';
import { openBucket, OPEN_RULES, type FileListJson } from '../support/files-api.ts';
import { makeTempFolder, type TempFolder } from '../support/temp-folder.ts';

const SECRET = 'a-secret-of-at-least-thirty-two-characters';

let temp: TempFolder;
beforeEach(() => (temp = makeTempFolder()));
afterEach(() => temp.remove());

const here = () => ({ cwd: temp.path });

describe('alyx serve', () => {
  it('says where everything is, and keeps a secret of its own', async () => {
    writeProject(temp.path, `${openBucket()}  pictures: { backend: local, rules: ${OPEN_RULES} }\n`);
    const alyx = await Alyx.serve(here());
    const { url } = alyx;
    const rows = alyx.stdout.split('\n').map((line) => line.trim().split(/ {2,}/));
    expect(Object.fromEntries(rows.filter(({ length }) => length === 2))).toMatchObject({
      API: `${url}/api/files/{bucket}`,
      'API docs': `${url}/api/docs`,
      'Admin UI': `${url}/_admin`,
      Database: join(temp.path, 'data/alyx.db'),
      'Bucket docs': `local (${join(temp.path, 'data/storage')})`,
      'Bucket pictures': `local (${join(temp.path, 'data/storage')})`,
      'First admin': expect.stringMatching(/^http:\S+\/_admin\/#setup=\S{20,}$/) as string,
    });
    const secret = join(temp.path, 'data', 'jwt-secret');
    expect(statSync(secret).mode & 0o777).toBe(0o600);
    expect(alyx.stdout).not.toContain(readFileSync(secret, 'utf8').trim());
    expect(alyx.stdout).toContain(secret);

    const token = await Alyx.run(['token', 'create', '--user', 'me', '--role', 'admin'], here());
    const headers = { authorization: `Bearer ${token.stdout.trim()}` };
    expect((await fetch(`${url}/api/files/docs`, { headers })).status).toBe(200);
    expect(await alyx.stop()).toBe(0);
    expect(alyx.stderr).toBe('');

    const again = await Alyx.serve(here());
    expect(again.stdout).not.toContain('jwt-secret');
    expect((await fetch(`${again.url}/api/files/docs`, { headers })).status).toBe(200);
    await again.stop();
  });

  it('keeps quiet about what is switched off, and takes its host from the command line first', async () => {
    const config = 'docs: { enabled: false }\nadmin_ui: { enabled: false }\nserver: { host: 192.0.2.1 }\n';
    writeProject(temp.path, openBucket(), config);
    const alyx = await Alyx.serve(here(), '--host', '127.0.0.1');
    expect((await fetch(`${alyx.url}/health/live`)).status).toBe(200);
    await alyx.stop();
    expect(alyx.stdout).not.toMatch(/api\/docs|_admin/);
    expect(alyx.stdout).toContain(`node ${MAIN} admin create`);
  });

  it('runs without an alyx.yml, and finds schema.yml under that name too', async () => {
    writeProject(temp.path, openBucket());
    rmSync(join(temp.path, 'alyx.yml'));
    renameSync(join(temp.path, 'schema.yaml'), join(temp.path, 'schema.yml'));
    const alyx = await Alyx.serve(here());
    expect((await fetch(`${alyx.url}/health/ready`)).status).toBe(200);
    expect(await alyx.stop()).toBe(0);
  });

  it('logs JSON, one object a line, in place of a banner', async () => {
    writeProject(temp.path, openBucket());
    const env = { ALYX_LOGGING_FORMAT: 'json', ALYX_JWT_SECRET: SECRET, NODE_ENV: 'production' };
    const alyx = await Alyx.serve({ ...here(), env });
    await fetch(`${alyx.url}/api/files/docs?search=private`);
    await alyx.stop();
    const lines = alyx.stdout.trim().split('\n');
    const said = lines.map((line) => JSON.parse(line) as { msg: string; path?: string });
    const messages = said.map(({ msg }) => msg);
    expect(messages).toEqual(expect.arrayContaining(['alyx is running', 'request', 'stopped']));
    expect(said.find(({ msg }) => msg === 'request')?.path).toBe('/api/files/docs');
    for (const secret of [SECRET, 'private', '#setup=']) expect(alyx.stdout).not.toContain(secret);
  });
});

describe('alyx serve says in one message why it does not start', () => {
  async function refusal(env: Record<string, string> = {}): Promise<string> {
    const { code, stdout, stderr } = await Alyx.run(['serve', '--port', '0'], { ...here(), env });
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).not.toMatch(/\n\s+at /);
    return stderr;
  }

  const taken = (port: number) =>
    `alyx: cannot listen on 127.0.0.1:${port}: something else listens there; stop it or choose another --port\n`;

  it.each([
    ['alone', false],
    ['who would share it', platform() === 'linux'],
  ])('when the port is taken by somebody %s', async (_, reusePort) => {
    writeProject(temp.path, openBucket());
    const other = createServer().listen({ port: 0, host: '127.0.0.1', reusePort });
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    const { code, stderr } = await Alyx.run(['serve', '--port', String(port)], here());
    other.close();
    expect({ code, stderr }).toEqual({ code: 1, stderr: taken(port) });
  });

  it('when another server, on a database of its own, has the port', async () => {
    writeProject(temp.path, openBucket());
    const alyx = await Alyx.serve(here());
    const port = Number(new URL(alyx.url).port);
    const another = { ...here(), env: { ALYX_DATABASE_PATH: './other/alyx.db' } };
    const { code, stderr } = await Alyx.run(['serve', '--port', String(port)], another);
    expect({ code, stderr }).toEqual({ code: 1, stderr: taken(port) });
    await alyx.stop();
  });

  it('when the secret is missing in production, or short', async () => {
    writeProject(temp.path, openBucket());
    const missing = await refusal({ NODE_ENV: 'production' });
    expect(missing).toContain('auth.jwt.secret must be set where NODE_ENV is production');
    expect(await refusal({ ALYX_JWT_SECRET: 'short' })).toContain('must be at least 32 characters long');
  });

  it('when its files are wrong: with place, caret and hint', async () => {
    writeProject(temp.path, 'buckets: { docs: { backend: locale } }\n', 'server: { prot: 1 }\n');
    expect(await refusal()).toContain(
      'alyx.yml:1:11 server.prot is not a known key\n  1 | server: { prot: 1 }\n',
    );
    writeProject(temp.path, 'buckets: { docs: { backend: locale } }\n');
    const problem = await refusal();
    expect(problem).toContain('schema.yaml:2:29 buckets.docs.backend is no backend of alyx.yml');
    expect(problem).toContain('\n  hint: did you mean "local"?');
    writeProject(temp.path, 'buckets: { docs: { backend: local, rules: { read: "auth.nmae == 1" } } }\n');
    expect(await refusal()).toContain('schema.yaml:2:57 buckets.docs.rules.read');
  });

  it('when its files are not there', async () => {
    expect(await refusal()).toContain('"alyx init" writes a starter');
    const { code, stderr } = await Alyx.run(['serve', '--config', 'mine.yml'], here());
    expect({ code, stderr }).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('mine.yml') as string,
    });
  });

  it('when a folder cannot be used', async () => {
    writeProject(temp.path, openBucket());
    for (const [variable, path] of [
      ['ALYX_DATABASE_PATH', '/dev/null/alyx/alyx.db'],
      ['ALYX_STORAGE_BACKENDS_LOCAL_PATH', '/dev/null/alyx'],
      ['ALYX_STORAGE_TUS_PATH', '/dev/null/alyx'],
    ] as const) {
      const env = { [variable]: path, ALYX_JWT_SECRET: SECRET };
      expect(await refusal(env)).toContain('/dev/null/alyx');
    }
  });

  it('when another server runs on the same database, or a newer one has', async () => {
    writeProject(temp.path, openBucket());
    const alyx = await Alyx.serve(here());
    expect(await refusal()).toContain('another alyx server is running on the database');
    await alyx.stop();
    const database = new BetterSqlite3(join(temp.path, 'data', 'alyx.db'));
    database.pragma('user_version = 999');
    database.close();
    expect(await refusal()).toMatch(/has version 999, .* it was made by a newer Alyx/);
  });

  it('when a backend has left alyx.yml while files lie in it: how many', async () => {
    const use = (name: string) =>
      writeProject(
        temp.path,
        `buckets:\n  docs: { backend: ${name}, rules: ${OPEN_RULES} }\n`,
        `storage: { durable: false, backends: { ${name}: { type: filesystem, path: ./data/${name} } } }\n`,
      );
    use('old');
    const alyx = await Alyx.serve(here());
    for (const name of ['a', 'b', 'c']) {
      await fetch(`${alyx.url}/api/files/docs?name=${name}`, { method: 'PUT', body: name });
    }
    await alyx.stop();
    use('new');
    expect(await refusal()).toContain('3 files lie in the backend "old"');
    use('old');
    const back = await Alyx.serve(here());
    const { total } = (await (await fetch(`${back.url}/api/files/docs`)).json()) as FileListJson;
    expect(total).toBe(3);
    await back.stop();
  });
});
