import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isExpanded } from '../../src/sdk/runtime/is-expanded.ts';
import { PNG, startSdkServer, type SdkServer, type TestClient } from './sdk-server.ts';

let server: SdkServer;
let ada: TestClient;
let cover: string;
beforeAll(async () => {
  server = await startSdkServer();
  ada = server.as('ada');
  cover = (await ada.storage.upload('photos', new Blob([PNG]), { name: 'cover.png' })).id;
});
afterAll(() => server.app.dispose());

describe('records', () => {
  it('are made, changed, replaced and deleted', async () => {
    const posts = ada.collection('blog-posts');
    const made = await posts.create({ title: 'One', slug: 'one', cover, views: 5, starts_at: new Date(0) });
    expect(made).toMatchObject({ state: 'draft', gallery: [], starts_at: '1970-01-01T00:00:00.000Z' });
    const id = made['id'] as string;
    expect(await posts.update(id, { title: 'Uno' })).toMatchObject({ title: 'Uno', views: 5 });
    expect(await posts.replace(id, { title: 'Eins', slug: 'one', cover })).toMatchObject({
      title: 'Eins',
      views: 0,
    });
    expect(await posts.get(id, { fields: ['title'] })).toEqual({ title: 'Eins' });
    await posts.delete(id);
    await expect(posts.get(id)).rejects.toMatchObject({ code: 'DOCUMENT_NOT_FOUND', status: 404 });
    await expect(posts.create({ title: '' })).rejects.toMatchObject({ code: 'VALIDATION_ERROR' });
  });

  it('are found by filters of every kind', async () => {
    const posts = ada.collection('blog-posts');
    await ada.collection('authors').create({ number: 7, name: 'Ada' });
    const base = { cover, tags: ['sea'] };
    await posts.create({
      ...base,
      title: 'a:b,c',
      slug: 'f1',
      views: 10,
      pinned: true,
      score: 1.5,
      author: 7,
    });
    await posts.create({ ...base, title: 'other', slug: 'f2', views: 20, tags: null, state: 'live' });
    const slugs = async (filter: object) =>
      (await posts.list({ filter, sort: 'slug' })).docs.map((doc) => doc['slug']);
    expect(await slugs({ title: 'a:b,c' })).toEqual(['f1']);
    expect(await slugs({ views: { gte: 10, lt: 20 } })).toEqual(['f1']);
    expect(await slugs({ pinned: true, score: { gt: 1 } })).toEqual(['f1']);
    expect(await slugs({ slug: { in: ['f1', 'f2', 'f3'] } })).toEqual(['f1', 'f2']);
    expect(await slugs({ slug: { like: 'f%' }, tags: { contains: 'sea' } })).toEqual(['f1']);
    expect(await slugs({ tags: null })).toEqual(['f2']);
    expect(await slugs({ author: { ne: null } })).toEqual(['f1']);
    expect(await slugs({ author: 7 })).toEqual(['f1']);
    expect(await slugs({ created_at: { lte: new Date(Date.now() + 1000) }, state: 'live' })).toEqual(['f2']);
    expect(await slugs({ slug: { in: [] } })).toEqual([]);
    expect(await posts.list({ page: 2, perPage: 1, sort: '-views' })).toMatchObject({
      docs: [{ slug: 'f1' }],
      total: 2,
    });
    expect(await posts.list({ search: 'other', limit: 1 })).toMatchObject({ total: 1 });
  });

  it('show internal fields to admins that name them', async () => {
    const admin = server.client({ token: server.app.token('root', 'admin') }).collection('authors');
    await admin.create({ number: 8, name: 'Eve', secret: 'x' });
    expect(await admin.get(8)).not.toHaveProperty('secret');
    expect(await admin.get(8, { fields: ['secret'] })).toEqual({ secret: 'x' });
    const { docs } = await admin.list({ filter: { secret: 'x' }, fields: ['number', 'secret'] });
    expect(docs).toEqual([{ number: 8, secret: 'x' }]);
    expect(await admin.update(8, { secret: 'y' }, { fields: ['secret'] })).toEqual({ secret: 'y' });
    await expect(ada.collection('authors').get(8, { fields: ['secret'] })).rejects.toMatchObject({
      code: 'INVALID_QUERY',
    });
  });

  it('show files and other records in place of their ids, with addresses that work as they are', async () => {
    const posts = ada.collection('blog-posts');
    await posts.create({ title: 'Expanded', slug: 'e', cover, gallery: [cover] });
    const { docs } = await posts.list({ filter: { slug: 'e' }, expand: ['cover', 'gallery'] });
    const shown = docs[0]?.['cover'] as { view_url: string };
    expect(isExpanded(shown)).toBe(true);
    expect(shown.view_url.startsWith(`${server.app.url}/api/files/photos/${cover}/view?token=`)).toBe(true);
    expect((await fetch(shown.view_url)).status).toBe(200);
    expect(docs[0]?.['gallery']).toMatchObject([{ id: cover, bucket: 'photos' }]);
  });
});
