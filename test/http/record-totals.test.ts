import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listOf, OPEN, send } from '../support/records-api.ts';
import { SeededRandom } from '../support/seeded-random.ts';
import { startApp, type TestApp } from '../support/test-app.ts';

const schema = `
collections:
  authors: { fields: { id: { type: int, primary: true }, name: { type: string, unique: true } }, rules: ${OPEN} }
  notes:
    fields:
      id:     { type: int, primary: true }
      title:  { type: string }
      on:     { type: bool }
      stars:  { type: int, nullable: true }
      price:  { type: float, nullable: true }
      at:     { type: timestamp, nullable: true }
      tags:   { type: select, select: { values: [a, b, c], maxSelect: 3 }, nullable: true }
      extra:  { type: json, nullable: true }
      bytes:  { type: blob, nullable: true }
      author: { type: relation, relation: { collection: authors, onDelete: set_null }, nullable: true }
      parent: { type: int, references: notes.id, onDelete: cascade, nullable: true }
    rules: { create: "true", update: "true", delete: "true", read: "doc.on == true || auth.id == doc.title" }
`;

const QUERIES = [
  'filter=on:eq:true',
  'filter=stars:gte:2',
  'filter=price:eq:2',
  'filter=at:lt:2026-06-01T00:00:00Z',
  'filter=tags:contains:b',
  'filter=extra:contains:5',
  'filter=author:is_null',
  'filter=author:in:1,2,3',
  'filter=parent:not_null',
  'filter=bytes:not_null',
  'search=nn',
  'sort=-id',
];
const ADMIN = { as: 'root', role: 'admin' } as const;
const CALLERS = [{}, { as: 'ann' }, ADMIN, ADMIN] as const;

let app: TestApp;
beforeAll(async () => {
  app = await startApp({ schema });
});
afterAll(() => app.dispose());

describe('the total of a list', () => {
  it('is what counting anew would say, whatever was changed, together or in vain', async () => {
    const random = new SeededRandom(20261128);
    const statuses = new Set<number>();
    for (let round = 1; round <= 20; round += 1) {
      const changes = Array.from({ length: 1 + random.below(8) }, () => change(random));
      for (const { status } of await Promise.all(changes)) statuses.add(status);
      for (const query of QUERIES) {
        const caller = random.pick(CALLERS);
        const remembered = await listOf(app, `/notes?${query}`, caller);
        // A condition that no list had before.
        const fresh = await listOf(app, `/notes?${query}&filter=id:lt:${1000 + round}`, caller);
        expect([round, query, remembered.total]).toEqual([round, query, fresh.total]);
      }
    }
    // What there is to count: changes that were made, and ones that were refused.
    expect([...statuses].sort()).toEqual([200, 201, 204, 400, 404, 409]);
  });
});

/** One of the things that may happen to a table, often enough to the same rows. */
async function change(random: SeededRandom): Promise<Response> {
  const id = 1 + random.below(30);
  const author = 1 + random.below(3);
  switch (random.below(7)) {
    case 0:
      return send(app, 'POST', '/authors', { id: author, name: random.pick(['x', 'y', 'z']) });
    case 1:
      return send(app, 'DELETE', `/authors/${author}`);
    case 2:
      return send(app, 'DELETE', `/notes/${id}`);
    case 3:
      return send(app, 'PATCH', `/notes/${id}`, { on: random.chance(0.5) });
    case 4:
      return send(app, 'PATCH', `/notes/${id}`, note(random));
    default:
      return send(app, 'POST', '/notes', { id, title: 'new', on: true, ...note(random) });
  }
}

function note(random: SeededRandom): object {
  return {
    title: random.pick(['ann', 'bob', 'Anna']),
    on: random.chance(0.5),
    stars: random.pick([null, 1, 2, 3]),
    price: random.pick([null, 2, 2.5]),
    at: random.pick([null, '2026-01-01T00:00:00Z', '2026-12-01T00:00:00Z']),
    tags: random.pick([null, [], ['b'], ['a', 'b']]),
    extra: random.pick([null, [5], { five: 5 }, 5, 'x'.repeat(70_000)]),
    bytes: random.pick([null, 'AQID', 'BAUG']),
    author: random.pick([null, null, 1, 2, 3]),
    parent: random.pick([null, null, null, 1 + random.below(30)]),
  };
}
