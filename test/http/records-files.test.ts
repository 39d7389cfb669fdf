import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newUuid } from '../../src/lib/ids.ts';
import { OPEN_RULES, refusal, store, type FileJson } from '../support/files-api.ts';
import { ask, listOf, make, OPEN, send, type RecordJson } from '../support/records-api.ts';
import { startApp, type TestApp } from '../support/test-app.ts';

const schema = `
buckets:
  pictures: { backend: local, rules: ${OPEN_RULES} }
  others:   { backend: local, rules: ${OPEN_RULES} }
  guarded:  { backend: local, file_security: true, rules: { create: "true", read: "true", download: "true", delete: "auth.id == file.owner_id" } }
  mine:     { backend: local, rules: { create: "true", read: "auth.id == file.owner_id", download: "false", update: "true", delete: "true" } }
collections:
  posts:
    fields:
      id:      { type: uuid, primary: true, default: auto }
      cover:   { type: file, nullable: true, file: { bucket: pictures, onDelete: cascade } }
      kept:    { type: file, nullable: true, file: { bucket: pictures } }
      gallery: { type: "file[]", file: { bucket: pictures, max_size: 100, allowed_types: [text/*], max_files: 3, onDelete: cascade } }
      private: { type: file, nullable: true, file: { bucket: mine } }
      lent:    { type: file, nullable: true, file: { bucket: guarded } }
      given:   { type: file, nullable: true, file: { bucket: guarded, onDelete: cascade } }
      pile:    { type: "file[]", file: { bucket: guarded, onDelete: cascade } }
      parent:  { type: relation, nullable: true, relation: { collection: posts, onDelete: cascade } }
    rules: ${OPEN}
`;

let app: TestApp;
beforeAll(async () => {
  app = await startApp({ schema });
});
afterAll(() => app.dispose());

let names = 0;
const upload = (bucket = 'pictures', body: string | Buffer = 'text', as?: string): Promise<FileJson> =>
  store(app, bucket, `f${(names += 1)}.txt`, body, as === undefined ? {} : { as });
const exists = async ({ bucket, id }: FileJson): Promise<boolean> =>
  (await app.request(`/api/files/${bucket}/${id}/download`)).status === 200;
const pathOf = ({ id }: RecordJson): string => `/posts/${String(id)}`;

describe('a file field', () => {
  it('takes files of its bucket, and shows their ids', async () => {
    const [a, b] = [await upload(), await upload()];
    const post = await make(app, 'posts', { cover: a.id, gallery: [b.id, a.id] });
    expect(post).toMatchObject({ cover: a.id, gallery: [b.id, a.id], kept: null });
    expect((await make(app, 'posts', {}))['gallery']).toEqual([]);
  });

  it('refuses what does not exist, lies elsewhere, or is too large, too many or of another type', async () => {
    const wrong = await upload('others');
    const [large, image] = [await upload('pictures', 'x'.repeat(101)), await upload('pictures', PNG)];
    const hidden = await upload('mine', 'text', 'alice');
    const cases = [
      [{ cover: newUuid() }, 'FILE_NOT_FOUND', [['cover', 'FILE_NOT_FOUND']]],
      [{ cover: 'no-id' }, 'FILE_NOT_FOUND', [['cover', 'FILE_NOT_FOUND']]],
      [{ private: hidden.id }, 'FILE_NOT_FOUND', [['private', 'FILE_NOT_FOUND']]],
      [{ cover: wrong.id }, 'FILE_WRONG_BUCKET', [['cover', 'FILE_WRONG_BUCKET']]],
      [{ gallery: [large.id] }, 'VALIDATION_ERROR', [['gallery', 'FILE_TOO_LARGE']]],
      [{ gallery: [image.id] }, 'VALIDATION_ERROR', [['gallery', 'TYPE_NOT_ALLOWED']]],
      [{ gallery: [wrong.id, wrong.id] }, 'VALIDATION_ERROR', [['gallery', 'invalid']]],
      [{ gallery: [1, 2, 3, 4].map(newUuid) }, 'VALIDATION_ERROR', [['gallery', 'invalid']]],
      [{ gallery: wrong.id }, 'VALIDATION_ERROR', [['gallery', 'invalid']]],
      [{ cover: [wrong.id] }, 'VALIDATION_ERROR', [['cover', 'invalid']]],
      [{ cover: newUuid(), gallery: [large.id] }, 'VALIDATION_ERROR', [['cover', 'FILE_NOT_FOUND'], ['gallery', 'FILE_TOO_LARGE']]], // prettier-ignore
    ] as const;
    for (const [body, code, problems] of cases) {
      const refused = await refusal(await send(app, 'POST', '/posts', body));
      expect(refused, JSON.stringify(body)).toMatchObject({ status: 400, code });
      const details = refused.details as { field: string; code: string }[];
      expect(details.map((problem) => [problem.field, problem.code])).toEqual(problems);
    }
    const owner = await send(app, 'POST', '/posts', { private: hidden.id }, { as: 'alice' });
    expect(owner.status).toBe(201);
  });

  it('keeps its file from being deleted, and says who uses it', async () => {
    const file = await upload();
    const post = await make(app, 'posts', { kept: file.id });
    const refused = await refusal(await app.request(`/api/files/pictures/${file.id}`, { method: 'DELETE' }));
    expect(refused).toMatchObject({ status: 409, code: 'FILE_IN_USE' });
    expect(refused.details).toEqual({ references: [{ collection: 'posts', id: post['id'], field: 'kept' }] });
    await send(app, 'DELETE', pathOf(post));
    expect(await exists(file)).toBe(true);
    expect((await app.request(`/api/files/pictures/${file.id}`, { method: 'DELETE' })).status).toBe(204);
  });

  it('with cascade takes its files along: on delete, on PATCH, on PUT and out of a list', async () => {
    const [a, b, c, d] = [await upload(), await upload(), await upload(), await upload()];
    const post = await make(app, 'posts', { cover: a.id, gallery: [b.id, c.id] });
    await send(app, 'PATCH', pathOf(post), { cover: d.id });
    expect([await exists(a), await exists(d)]).toEqual([false, true]);
    await send(app, 'PATCH', pathOf(post), { gallery: [c.id] });
    expect([await exists(b), await exists(c)]).toEqual([false, true]);
    await send(app, 'PUT', pathOf(post), {});
    expect([await exists(c), await exists(d)]).toEqual([false, false]);
    const last = await upload();
    const doomed = await make(app, 'posts', { cover: last.id });
    expect((await send(app, 'DELETE', pathOf(doomed))).status).toBe(204);
    expect(await exists(last)).toBe(false);
  });

  it('shares a file with other records and fields, and the last one takes it', async () => {
    const file = await upload();
    const one = await make(app, 'posts', { cover: file.id, gallery: [file.id] });
    const two = await make(app, 'posts', { gallery: [file.id] });
    await send(app, 'PATCH', pathOf(one), { cover: null });
    await send(app, 'DELETE', pathOf(one));
    expect(await exists(file)).toBe(true);
    await send(app, 'DELETE', pathOf(two));
    expect(await exists(file)).toBe(false);
  });

  it('goes with the files of every record that a relation takes along, cycles included', async () => {
    const files = await Promise.all([1, 2, 3].map(() => upload()));
    const root = await make(app, 'posts', { cover: files[0]?.id });
    const child = await make(app, 'posts', { cover: files[1]?.id, parent: root['id'] });
    await make(app, 'posts', { cover: files[2]?.id, parent: child['id'] });
    await send(app, 'PATCH', pathOf(root), { parent: child['id'] });
    expect((await send(app, 'DELETE', pathOf(root))).status).toBe(204);
    expect(await Promise.all(files.map(exists))).toEqual([false, false, false]);
    expect((await app.request(`/api/collections${pathOf(child)}`)).status).toBe(404);
  });

  it('loses nothing when a change is refused', async () => {
    const file = await upload();
    const post = await make(app, 'posts', { cover: file.id });
    const refused = await send(app, 'PATCH', pathOf(post), { cover: null, parent: newUuid() });
    expect(await refusal(refused)).toMatchObject({ status: 400, code: 'FOREIGN_KEY_VIOLATION' });
    expect(await exists(file)).toBe(true);
    expect(await ask(app, pathOf(post))).toMatchObject({ cover: file.id });
  });
});

describe('a cascading field', () => {
  const NOT_YOURS = { status: 400, code: 'VALIDATION_ERROR' };

  it.each([
    ['anonymous', {}],
    ['somebody else', { as: 'bob' }],
  ])('takes nobody’s file from %s, who could delete it that way', async (_, who) => {
    const [file, orphan] = [await upload('guarded', 'text', 'alice'), await upload('guarded')];
    const post = await make(app, 'posts', { lent: file.id }, who);
    for (const { id } of [file, orphan]) {
      for (const body of [{ given: id }, { pile: [id] }]) {
        const field = Object.keys(body)[0];
        for (const refused of [
          await send(app, 'POST', '/posts', body, who),
          await send(app, 'PATCH', pathOf(post), body, who),
          await send(app, 'PUT', pathOf(post), body, who),
        ]) {
          const details = [{ field, code: 'FILE_NOT_YOURS' }];
          expect(await refusal(refused)).toMatchObject({ ...NOT_YOURS, details });
        }
      }
    }
    await send(app, 'DELETE', pathOf(post), undefined, who);
    expect([await exists(file), await exists(orphan)]).toEqual([true, true]);
  });

  it('takes a file from its owner, from admins, and from whoever may delete it', async () => {
    const rules = encodeURIComponent(JSON.stringify({ rules: { delete: 'auth.id == "bob"' } }));
    const ownRule = { as: 'alice', query: `&metadata=${rules}` };
    const cases = [
      [await upload('guarded', 'text', 'alice'), { as: 'alice' }],
      [await upload('guarded', 'text', 'alice'), { as: 'root', role: 'admin' }],
      [await upload('guarded'), { as: 'root', role: 'admin' }],
      [await store(app, 'guarded', 'for-bob.txt', 'text', ownRule), { as: 'bob' }],
      [await store(app, 'guarded', 'by-alice.txt', 'text', ownRule), { as: 'alice' }],
    ] as const;
    for (const [file, who] of cases) {
      const post = await make(app, 'posts', { given: file.id, pile: [file.id] }, who);
      await send(app, 'DELETE', pathOf(post));
      expect(await exists(file)).toBe(false);
    }
  });

  it('keeps what it holds when somebody else changes the record', async () => {
    const file = await upload('guarded', 'text', 'alice');
    const post = await make(app, 'posts', { given: file.id, pile: [file.id] }, { as: 'alice' });
    const changed = await send(app, 'PATCH', pathOf(post), { given: file.id, pile: [file.id], lent: file.id }, { as: 'bob' }); // prettier-ignore
    expect(changed.status).toBe(200);
    expect(await exists(file)).toBe(true);
  });
});

describe('expand', () => {
  it('puts files and records in place of their ids, on lists too, with links that work for anybody', async () => {
    const [cover, first] = [await upload('pictures', 'cover'), await upload('pictures', 'first')];
    const parent = await make(app, 'posts', {});
    const body = { cover: cover.id, gallery: [first.id, cover.id], parent: parent['id'] };
    const post = await make(app, 'posts', body);
    const query = 'expand=cover,gallery,parent';
    const { docs } = await listOf(app, `/posts?${query}&filter=id:eq:${String(post['id'])}`);
    const one = await ask(app, `${pathOf(post)}?${query}`);
    for (const doc of [docs[0], one]) {
      const shown = doc?.['cover'] as FileJson & { download_url: string; view_url: string };
      expect(shown).toMatchObject({ id: cover.id, name: cover.name, size: 5 });
      expect(shown).not.toHaveProperty('object_key');
      expect(doc?.['gallery']).toMatchObject([{ id: first.id }, { id: cover.id }]);
      expect(doc?.['parent']).toMatchObject({ id: parent['id'], cover: null, gallery: [] });
      for (const url of [shown.download_url, shown.view_url]) {
        expect(url).toMatch(/^\/api\/files\/pictures\//);
        expect(await (await fetch(app.url + url)).text()).toBe('cover');
      }
    }
    expect(await ask(app, `${pathOf(post)}?fields=id&expand=cover`)).toEqual({
      id: post['id'],
      cover: expect.objectContaining({ id: cover.id }) as unknown,
    });
  });

  it('leaves the id of what the caller may not read, and gives no link to what it may not download', async () => {
    const file = await upload('mine', 'text', 'alice');
    const post = await make(app, 'posts', { private: file.id }, { as: 'alice' });
    const path = `${pathOf(post)}?expand=private`;
    expect((await ask(app, path))['private']).toBe(file.id);
    expect((await ask(app, path, { as: 'alice' }))['private']).toMatchObject({
      id: file.id,
      download_url: null,
      view_url: null,
    });
  });
});

const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);
