import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
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
beforeEach(() => void (server.requests.length = 0));

const STALE = { code: 'PRECONDITION_FAILED' };

describe('a record', () => {
  let posts: ReturnType<typeof ada.collection<'blog-posts'>>;
  let count = 0;
  beforeAll(() => {
    posts = ada.collection('blog-posts');
  });
  const make = async () => {
    count += 1;
    const values = { title: 'One', slug: `slug-${count}`, cover, extra: { a: 1, b: [{ c: 2 }] } };
    const { id } = await posts.create(values);
    server.requests.length = 0;
    return id as string;
  };

  it('changes only if it is still what was read', async () => {
    const id = await make();
    const read = await posts.get(id);
    const changed = await posts.update(id, { views: 1 }, { ifMatch: read });
    expect(server.requests.map((request) => request.split(' ')[0])).toEqual(['GET', 'PATCH']);
    const twice = posts.update(id, { views: 1 }, { ifMatch: read });
    await expect(twice).rejects.toMatchObject({ ...STALE, status: 412 });
    const values = { title: 'Two', slug: id, cover };
    await expect(posts.replace(id, values, { ifMatch: read })).rejects.toMatchObject(STALE);
    await expect(posts.delete(id, { ifMatch: read })).rejects.toMatchObject(STALE);
    const replaced = await posts.replace(id, values, { ifMatch: changed });
    await posts.delete(id, { ifMatch: replaced });
    await expect(posts.get(id)).rejects.toMatchObject({ code: 'DOCUMENT_NOT_FOUND' });
  });

  it('loses no change of two who count at once', async () => {
    const id = await make();
    const count = async (): Promise<void> => {
      const { views } = await posts.get(id);
      const change = posts.update(id, { views: Number(views) + 1 }, { ifMatch: { views: views ?? 0 } });
      await change.catch(count);
    };
    await Promise.all([count(), count(), count(), count()]);
    expect(await posts.get(id)).toMatchObject({ views: 4 });
  });

  it.each(['listed', 'copied', 'stored as JSON'])(
    'that was %s is compared with what it is now',
    async (how) => {
      const id = await make();
      const { docs } = await posts.list({ filter: { id } });
      const read = how === 'listed' ? docs[0] : ((await posts.get(id)) as object);
      const seen = how === 'copied' ? { ...read } : (JSON.parse(JSON.stringify(read)) as object);
      const changed = await posts.update(id, { views: 1 }, { ifMatch: seen });
      expect(changed).toMatchObject({ views: 1 });
      await expect(posts.update(id, { views: 2 }, { ifMatch: seen })).rejects.toMatchObject(STALE);
      await expect(posts.delete(id, { ifMatch: seen })).rejects.toMatchObject(STALE);
    },
  );

  it('changes only if the fields that matter are what they should be', async () => {
    const id = await make();
    const ifMatch = { state: 'draft', extra: { b: [{ c: 2 }], a: 1 }, title: undefined };
    await posts.update(id, { title: 'Other' });
    await posts.update(id, { state: 'live' }, { ifMatch });
    await expect(posts.update(id, { state: 'live' }, { ifMatch })).rejects.toMatchObject(STALE);
    await expect(
      posts.update(id, { views: 1 }, { ifMatch: { extra: { a: 1, b: [{ c: 2 }, 3] } } }),
    ).rejects.toMatchObject(STALE);
  });

  it('of which only a part was read is not held against the rest', async () => {
    const id = await make();
    const part = await posts.get(id, { fields: ['state'] });
    await posts.update(id, { title: 'Other' });
    expect(await posts.update(id, { state: 'live' }, { ifMatch: part })).toMatchObject({ state: 'live' });
  });

  it('changes behind a proxy that makes its tag a weak one', async () => {
    const id = await make();
    const proxied = server.as('ada', {
      fetch: async (url, init) => {
        const response = await fetch(url, init);
        const headers = new Headers(response.headers);
        headers.set('etag', `W/${String(headers.get('etag'))}`);
        return new Response(response.body, { status: response.status, headers });
      },
    });
    const read = await proxied.collection('blog-posts').get(id);
    const changed = await proxied.collection('blog-posts').update(id, { views: 1 }, { ifMatch: read });
    expect(changed).toMatchObject({ views: 1 });
  });
});

describe('a file', () => {
  it('changes, or goes, only if it has the version that was read', async () => {
    const read = await ada.storage.upload('photos', new Blob(['text']), { name: 'a.txt' });
    const { id } = read;
    const changed = await ada.storage.update('photos', id, { name: 'b.txt' }, { ifMatch: read });
    const again = ada.storage.update('photos', id, { name: 'c.txt' }, { ifMatch: read });
    await expect(again).rejects.toMatchObject({ ...STALE, status: 412 });
    await expect(ada.storage.delete('photos', id, { ifMatch: { version: 1 } })).rejects.toMatchObject(STALE);
    await ada.storage.delete('photos', id, { ifMatch: changed });
    await expect(ada.storage.get('photos', id)).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' });
  });
});
