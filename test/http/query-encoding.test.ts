import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { OPERATIONS } from '../../src/http/openapi/document.ts';
import { newUuid } from '../../src/lib/ids.ts';
import { fileOf, list, openBucket, refusal } from '../support/files-api.ts';
import { startApp, type TestApp } from '../support/test-app.ts';

let app: TestApp;
beforeAll(async () => (app = await startApp({ schema: openBucket() })));
afterAll(() => app.dispose());

const put = (query: string) => app.request(`/api/files/docs?${query}`, { method: 'PUT', body: 'x' });

describe('a query that is no percent-encoded UTF-8', () => {
  it.each([
    ['a byte that no UTF-8 has', 'name=q%FF.txt', 'name=q%FF.txt'],
    ['a surrogate', 'name=%ED%A0%80', 'name=%ED%A0%80'],
    ['an overlong form', 'name=a&path=%C0%AF', 'path=%C0%AF'],
    ['half a character', 'name=%E2%82', 'name=%E2%82'],
    ['no hex digits', 'name=%ZZ', 'name=%ZZ'],
    ['a percent sign at its end', 'name=100%&path=a', 'name=100%'],
    ['a parameter’s name that is none', 'name=a&%FF=b', '%FF=b'],
    ['a long value', `name=${'%FF'.repeat(1000)}`, `name=${'%FF'.repeat(19)}%F`],
  ])('with %s is refused, and nothing is stored', async (_, query, parameter) => {
    expect(await refusal(await put(query))).toMatchObject({
      status: 400,
      code: 'INVALID_QUERY',
      details: { parameter },
    });
    expect((await list(app, 'docs')).total).toBe(0);
  });

  it.each(OPERATIONS.filter(({ method }) => method !== 'head'))(
    'is refused by $method $url',
    async ({ method, url }) => {
      const address = url.replace(':bucket', 'docs').replaceAll(/:\w+/g, () => newUuid());
      const response = await app.request(`${address}?x=%FF`, { method: method.toUpperCase() });
      expect(await refusal(response)).toMatchObject({ status: 400, code: 'INVALID_QUERY' });
    },
  );

  it('does not make a path of it that is one', async () => {
    expect((await app.request('/api/files/docs/%FF')).status).toBe(404);
  });
});

it('takes every character that is well encoded', async () => {
  const name = '100%25 +ü€😀&=?#.txt';
  const response = await put(`name=${encodeURIComponent(name)}`);
  expect([response.status, (await fileOf(response)).name]).toEqual([201, name]);
});
