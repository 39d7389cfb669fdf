import { readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openBucket, refusal, store } from '../support/files-api.ts';
import { file, form } from '../support/form.ts';
import { filesBelow, leftovers } from '../support/leftovers.ts';
import { RawConnection } from '../support/raw-connection.ts';
import { startApp, type TestApp } from '../support/test-app.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startApp({ schema: openBucket() });
  writeFileSync(join(app.folder, 'outside.txt'), 'not for clients');
});
afterAll(() => app.dispose());

const CLIMBS = [
  '..',
  '../outside.txt',
  '../../outside.txt',
  '/etc/passwd',
  '..\\..\\outside.txt',
  'a/../../../outside.txt',
  './../outside.txt',
  '%2e%2e%2foutside.txt',
  '....//....//outside.txt',
  'outside.txt\0.png',
  '\u2025/outside.txt',
  '.alyx-tmp/x/../../outside.txt',
];

/** A target exactly as it is written, which fetch would tidy up. */
async function rawGet(target: string): Promise<{ status: number; body: string }> {
  const connection = await RawConnection.open(app.url);
  connection.head(`GET ${target} HTTP/1.1`, 'Host: x', 'Connection: close');
  const response = await connection.response();
  connection.close();
  return { status: response?.status ?? 0, body: response?.body ?? '' };
}

describe('a name or path that climbs', () => {
  it.each(CLIMBS)('%j is refused as a name', async (name) => {
    const raw = await app.request(`/api/files/docs?name=${encodeURIComponent(name)}`, {
      method: 'PUT',
      body: 'x',
    });
    const isPlainName = !/[/\\\0]/.test(name) && name !== '..';
    if (isPlainName) expect(raw.status).toBe(201);
    else expect(await refusal(raw)).toMatchObject({ status: 400, code: 'INVALID_NAME' });
  });

  it.each(CLIMBS.filter((path) => /[/\\\0]|^\.\.$/.test(path) && !path.includes('\u2025')))(
    '%j is refused as a path',
    async (path) => {
      const multipart = form({ name: 'path', content: path }, file('x', 'harmless.txt'));
      const response = await app.request('/api/files/docs', { method: 'POST', ...multipart });
      const code = path.includes('\0') || !path.includes('%') ? 'INVALID_PATH' : 'NEVER';
      expect(await refusal(response)).toMatchObject({ status: 400, code });
    },
  );

  it('never decides where bytes lie: keys come from ids', async () => {
    const { id } = await store(app, 'docs', 'name.txt', 'x', { query: '&path=storage/docs/name.txt' });
    const { objects } = await leftovers(app);
    for (const object of objects) expect(object).toMatch(/^docs\/[0-9a-z-]+(\/[0-9a-z-]+)*$/);
    expect(objects.join('\n')).not.toContain('name.txt');
    expect(objects.join('\n')).not.toContain(id);
    expect(filesBelow(app.folder).filter((path) => path.endsWith('outside.txt'))).toEqual(['outside.txt']);
  });
});

describe('an id or bucket that climbs', () => {
  it.each([
    '/api/files/docs/../../../outside.txt',
    '/api/files/docs/..%2f..%2f..%2foutside.txt/download',
    '/api/files/docs/%2e%2e%2f%2e%2e%2foutside.txt/download',
    '/api/files/docs/..%5c..%5coutside.txt/view',
    '/api/files/docs/%00/download',
    '/api/files/docs/outside.txt%00/download',
    '/api/files/..%2f..%2f/outside.txt/download',
    '/api/files/.alyx-tmp/x/download',
    '/api/files/docs%2f..%2f..%2f/outside.txt/download',
    '/api/files/%2e%2e/alyx.db/download',
    '/api/files/docs/%c0%ae%c0%ae%2foutside.txt/download',
    '/api/files/docs/tus/..%2f..%2falyx.db',
    '//api/files/docs',
    '/../outside.txt',
    'file:///etc/passwd',
  ])('%s finds nothing', async (target) => {
    const { status, body } = await rawGet(target);
    expect([400, 404, 412]).toContain(status);
    expect(body).not.toContain('not for clients');
    expect(body).not.toContain('SQLite');
  });
});

describe('what is stored', () => {
  it('cannot be read by other users of the machine', async () => {
    await store(app, 'docs', 'private', 'x');
    const storage = join(app.folder, 'data', 'storage');
    const modes = readdirSync(storage, { recursive: true, encoding: 'utf8' }).map(
      (path) => statSync(join(storage, path)).mode & 0o007,
    );
    expect(new Set(modes)).toEqual(new Set([0]));
  });
});
