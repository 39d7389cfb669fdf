import { Validator } from '@seriousme/openapi-schema-validator';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { OPERATIONS } from '../../src/http/openapi/document.ts';
import type { Operation } from '../../src/http/openapi/operation.ts';
import { newUuid } from '../../src/lib/ids.ts';
import { documentOf } from '../support/documented.ts';
import { startApp, type TestApp } from '../support/test-app.ts';

const SCHEMA = `
buckets:
  notes: { backend: local, rules: { create: "true", read: "true", update: "true", download: "true", delete: "true" } }
collections:
  posts:
    fields:
      id: { type: uuid, primary: true, default: auto }
      title: { type: string, maxLength: 20 }
      secret: { type: string, nullable: true, internal: true }
      stars: { type: int, default: 0, validate: { min: 0, max: 5 } }
      parent: { type: relation, nullable: true, relation: { collection: posts, field: id } }
      cover: { type: file, nullable: true, file: { bucket: notes } }
      gallery: { type: "file[]", nullable: true, file: { bucket: notes, max_files: 3 } }
    rules: { create: "true", read: "true", update: "true", delete: "true" }
`;

let app: TestApp;
beforeAll(async () => {
  app = await startApp({ schema: SCHEMA });
});
afterAll(() => app.dispose());

/**
 * Pages and their parts, and the CORS plugin's preflights, which are no part of the API; and the collections, which
 * have routes of their own in the document, by name.
 */
const PAGES = /^\/api\/(collections|docs|openapi\.json)|^\/_admin|^\*$/;

/** Every `METHOD url` that the server has, read from the router's own tree. */
function routes(): string[] {
  const parents: string[] = [];
  const lines = app.app.http.printRoutes({ commonPrefix: false }).split('\n').filter(Boolean);
  return lines.flatMap((line) => {
    const [, indent = '', segment = '', methods = ''] =
      /^([│ ]*[├└]── )(\S*?)(?: \(([A-Z, ]+)\))?$/.exec(line) ?? [];
    const depth = indent.length / 4 - 1;
    const url = `${parents.slice(0, depth).join('')}${segment}`;
    parents.splice(depth, Infinity, segment);
    return methods === '' ? [] : methods.split(', ').map((method) => `${method} ${url}`);
  });
}

it('documents every route that there is, and no other', () => {
  const documented = new Set(OPERATIONS.map(({ method, url }) => `${method.toUpperCase()} ${url}`));
  const there = routes().filter((route) => !PAGES.test(route.split(' ')[1] ?? ''));
  // Fastify answers HEAD wherever it answers GET, and X-HTTP-Method-Override works on any method of a TUS address.
  const undocumented = there.filter(
    (route) =>
      !documented.has(route) && !documented.has(route.replace('HEAD', 'GET')) && !route.includes('/tus'),
  );
  expect(undocumented).toEqual([]);
  expect([...documented].filter((route) => !there.includes(route))).toEqual([]);
});

it('is a valid OpenAPI 3.1 document', async () => {
  const document = (await (await app.request('/api/openapi.json')).json()) as Record<string, unknown>;
  expect(await new Validator().validate(document)).toMatchObject({ valid: true });
  expect(document).toMatchObject({ openapi: '3.1.1' });
});

it('names no route that is switched off', async () => {
  const silent = await startApp({
    schema: SCHEMA,
    config: `
auth: { jwt: { secret: a-secret-that-only-this-test-knows-0123456789 } }
storage: { backends: { local: { type: filesystem, path: ./data/storage } } }
metrics: { enabled: false }
docs: { enabled: false }
`,
  });
  try {
    expect(Object.keys(documentOf(silent.app).paths)).not.toContain('/metrics');
    expect((await silent.request('/api/openapi.json')).status).toBe(404);
    expect((await silent.request('/api/docs')).status).toBe(404);
  } finally {
    await silent.dispose();
  }
});

describe('every documented route answers as documented', () => {
  // `app.request` holds each answer against the document; here each route gets a request that knows nothing.
  it.each(OPERATIONS.map((operation) => ({ name: `${operation.method} ${operation.url}`, operation })))(
    '$name',
    async ({ operation }) => {
      const response = await app.request(addressOf(operation), {
        method: operation.method.toUpperCase(),
        as: 'u1',
      });
      expect(response.status).toBeLessThan(500);
    },
  );
});

describe('the records of a collection', () => {
  it('are documented by their fields, and internal ones not at all', async () => {
    const { components } = (await (await app.request('/api/openapi.json')).json()) as {
      components: { schemas: Record<string, { properties: object; required?: string[] }> };
    };
    const draft = components.schemas['posts.draft'];
    expect(Object.keys(draft?.properties ?? {})).toEqual([
      'id',
      'title',
      'stars',
      'parent',
      'cover',
      'gallery',
    ]);
    expect(draft?.required).toEqual(['title']);
    expect(draft?.properties).toMatchObject({ stars: { type: 'integer', minimum: 0, maximum: 5 } });
  });

  it('are answered as documented, expanded too', async () => {
    const post = (body: object, query = '') =>
      app.request(`/api/collections/posts${query}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
    const stored = await app.request('/api/files/notes?name=cover.txt', { method: 'PUT', body: 'cover' });
    const { id: cover } = (await stored.json()) as { id: string };
    const { id: parent } = (await (await post({ title: 'first' })).json()) as { id: string };
    const expand = '?expand=cover,gallery,parent';
    expect((await post({ title: 'second', parent, cover, gallery: [cover] }, expand)).status).toBe(201);
    expect((await app.request(`/api/collections/posts${expand}`)).status).toBe(200);
    expect((await post({ title: 'third', cover: newUuid() })).status).toBe(400);
    expect((await post({ title: 3, nothing: true })).status).toBe(400);
  });
});

function addressOf({ url }: Operation): string {
  return url.replace(':bucket', 'notes').replaceAll(/:\w+/g, () => newUuid());
}

describe('the page', () => {
  it('starts without the internet and without inline scripts', async () => {
    const page = await app.request('/api/docs');
    const html = await page.text();
    expect(page.headers.get('content-security-policy')).toContain("script-src 'self';");
    const sources = [...html.matchAll(/(?:src|href)="(\/[^"]+)"/g)].map(([, source = '']) => source);
    expect(sources.length).toBe(3);
    for (const source of sources) expect((await app.request(source)).status).toBe(200);
    expect(html).not.toMatch(/<script>|https?:\/\//);
  });
});
