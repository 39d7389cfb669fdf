import { fastify } from 'fastify';
import { expect, it } from 'vitest';
import { registerShortTurns } from '../../src/http/short-turns.ts';

const CROWD = 50;

it('a crowd of requests is served in order, and a health check that comes last does not wait for it', async () => {
  const app = fastify();
  registerShortTurns(app, { begin: () => undefined, end: () => undefined });
  const begun: string[] = [];
  app.get('/file/:n', async ({ url }) => begun.push(url));
  app.get('/health/live', async ({ url }) => begun.push(url));
  await app.ready();

  const paths = [...Array.from({ length: CROWD }, (_, n) => `/file/${n}`), '/health/live'];
  const answers = await Promise.all(paths.map((path) => app.inject(path)));
  await app.close();

  expect(answers.map(({ statusCode }) => statusCode)).toEqual(paths.map(() => 200));
  expect(begun.filter((path) => path.startsWith('/file/'))).toEqual(paths.slice(0, -1));
  expect(begun.indexOf('/health/live')).toBeLessThan(CROWD / 2);
});
