import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cleanupResultShape } from '../../src/http/routes/admin/cleanup.ts';
import { schemaShape } from '../../src/http/routes/admin/schema.ts';
import { refusal } from '../support/files-api.ts';
import { startApp, type TestApp } from '../support/test-app.ts';

const SCHEMA = `
buckets:
  pictures:
    backend: local
    max_total_size: 1MiB
    allowed_types: [image/*]
    rules: { read: "true", create: auth.id != null }
collections:
  posts:
    fields:
      id: { type: uuid, primary: true, default: auto }
      title: { type: string, minLength: 1, maxLength: 200 }
      state: { type: select, select: { values: [draft, public] }, default: draft }
      cover: { type: file, nullable: true, file: { bucket: pictures, max_size: 5MB, onDelete: cascade } }
    indexes: [ { name: by_title, fields: [title] } ]
    rules: { read: "true" }
`;

let app: TestApp;
beforeAll(async () => {
  app = await startApp({ schema: SCHEMA });
});
afterAll(() => app.dispose());

const ROUTES: readonly (readonly [method: string, path: string])[] = [
  ['GET', '/api/admin/users'],
  ['POST', '/api/admin/users'],
  ['GET', '/api/admin/users/u1'],
  ['PATCH', '/api/admin/users/u1'],
  ['DELETE', '/api/admin/users/u1'],
  ['GET', '/api/admin/schema'],
  ['GET', '/api/admin/stats'],
  ['GET', '/api/admin/usage'],
  ['GET', '/api/admin/files'],
  ['GET', '/api/admin/files/f1/references'],
  ['GET', '/api/admin/uploads'],
  ['POST', '/api/admin/cleanup'],
];

describe('every admin route', () => {
  it.each(ROUTES)('%s %s is for admins only', async (method, path) => {
    expect(await refusal(await app.request(path, { method }))).toMatchObject({ code: 'UNAUTHORIZED' });
    for (const role of ['user', 'editor', 'Admin', '']) {
      expect(await refusal(await app.request(path, { method, as: 'u1', role }))).toMatchObject({
        status: 403,
        code: 'FORBIDDEN',
      });
    }
    const allowed = await app.request(path, { method, as: 'root', role: 'admin' });
    expect([200, 400, 404]).toContain(allowed.status);
    expect(allowed.headers.get('cache-control')).toBe('no-store');
  });
});

const ask = async (path: string, init: RequestInit = {}): Promise<unknown> =>
  (await app.request(path, { as: 'root', role: 'admin', ...init })).json();

describe('GET /api/admin/schema', () => {
  it('shows every option, and where it is written', async () => {
    const schema = schemaShape.parse(await ask('/api/admin/schema'));
    expect(schema.buckets).toEqual([
      {
        name: 'pictures',
        backend: 'local',
        max_file_size: 104_857_600,
        max_total_size: 1_048_576,
        allowed_types: ['image/*'],
        compression: 'none',
        file_security: false,
        cache_control: 'private, no-cache',
        rules: {
          read: { text: 'true', at: { file: 'schema.yaml', line: 8, column: 21 } },
          create: { text: 'auth.id != null', at: { file: 'schema.yaml', line: 8, column: 36 } },
        },
        at: { file: 'schema.yaml', line: 4, column: 3 },
      },
    ]);
    const [posts] = schema.collections;
    expect(posts).toMatchObject({
      name: 'posts',
      primary_key: 'id',
      indexes: [{ name: 'by_title', fields: ['title'], unique: false }],
    });
    expect(posts?.fields.map(({ name, type, at }) => [name, type, at.line])).toEqual([
      ['id', 'uuid', 12],
      ['title', 'string', 13],
      ['state', 'select', 14],
      ['cover', 'file', 15],
    ]);
    expect(posts?.fields[1]?.validate).toEqual({ min_length: 1, max_length: 200 });
    expect(posts?.fields[2]).toMatchObject({
      default: { kind: 'value', value: 'draft' },
      select: { values: ['draft', 'public'], max_select: 1 },
    });
    expect(posts?.fields[3]?.file).toEqual({
      bucket: 'pictures',
      max_size: 5_000_000,
      allowed_types: null,
      max_files: null,
      on_delete: 'cascade',
    });
  });
});

describe('POST /api/admin/cleanup', () => {
  it('runs the cleanup and says what it removed', async () => {
    const result = cleanupResultShape.parse(await ask('/api/admin/cleanup', { method: 'POST' }));
    expect(result.removed).toMatchObject({ sessions_expired: 0, uploads_expired: 0, objects_deleted: 0 });
  });
});
