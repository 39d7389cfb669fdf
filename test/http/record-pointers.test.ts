import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { refusal } from '../support/files-api.ts';
import { make, OPEN, send } from '../support/records-api.ts';
import { startApp, type TestApp } from '../support/test-app.ts';

const ON_DELETE = ['restrict', 'no_action', 'set_null', 'cascade'];
const RULES = `rules: ${OPEN}`;

const pointing = ON_DELETE.map(
  (onDelete) => `
  by-relation-${onDelete}: { fields: { id: { type: id, primary: true }, to: { type: relation, nullable: true, relation: { collection: parents, onDelete: ${onDelete} } } }, ${RULES} }
  by-reference-${onDelete}: { fields: { id: { type: id, primary: true }, to: { type: string, nullable: true, references: parents.id, on_delete: ${onDelete} } }, ${RULES} }
  twice-${onDelete}: { fields: { id: { type: id, primary: true }, to: { type: relation, nullable: true, relation: { collection: parents, onDelete: ${onDelete} } }, owner: { type: relation, relation: { collection: parents, onDelete: cascade } } }, ${RULES} }`,
);
const schema = `
collections:
  parents: { fields: { id: { type: id, primary: true } }, ${RULES} }
${pointing.join('')}
`;

let app: TestApp;
beforeAll(async () => {
  app = await startApp({ schema });
});
afterAll(() => app.dispose());

describe.each(['by-relation', 'by-reference'])('a record that others point to, %s', (kind) => {
  it.each([
    ['restrict', 400, true],
    ['no_action', 400, true],
    ['set_null', 204, null],
    ['cascade', 204, false],
  ] as const)('with onDelete %s answers a deletion with %i', async (onDelete, status, child) => {
    const parent = await make(app, 'parents', {});
    const { id } = await make(app, `${kind}-${onDelete}`, { to: parent['id'] });
    const response = await send(app, 'DELETE', `/parents/${String(parent['id'])}`);
    expect(response.status).toBe(status);
    if (status === 400) expect((await refusal(response)).code).toBe('FOREIGN_KEY_VIOLATION');
    expect((await app.request(`/api/collections/parents/${String(parent['id'])}`)).status).toBe(
      status === 400 ? 200 : 404,
    );
    const left = await app.request(`/api/collections/${kind}-${onDelete}/${String(id)}`);
    expect(left.status).toBe(child === false ? 404 : 200);
    if (child !== false) expect(await left.json()).toEqual({ id, to: child === null ? null : parent['id'] });
  });

  it('cannot be pointed to before it exists', async () => {
    const refused = await refusal(await send(app, 'POST', `/${kind}-restrict`, { to: 'nobody' }));
    expect(refused).toMatchObject({ status: 400, code: 'FOREIGN_KEY_VIOLATION', details: [{ field: 'to' }] });
  });
});

it.each([
  ['restrict', 400],
  ['no_action', 204],
  ['set_null', 204],
  ['cascade', 204],
])('a record that goes along anyway is an obstacle to %s only', async (onDelete, status) => {
  const { id } = await make(app, 'parents', {});
  const child = await make(app, `twice-${onDelete}`, { to: id, owner: id });
  expect((await send(app, 'DELETE', `/parents/${String(id)}`)).status).toBe(status);
  const left = await app.request(`/api/collections/twice-${onDelete}/${String(child['id'])}`);
  expect(left.status).toBe(status === 400 ? 200 : 404);
});
