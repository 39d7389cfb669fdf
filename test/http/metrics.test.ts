import { request as send } from 'node:http';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { startApp, type TestApp } from '../support/test-app.ts';

const SCHEMA = `
buckets:
  notes: { backend: local, rules: { create: "true", read: "true", download: "true", delete: "true" } }
`;

let app: TestApp;
beforeAll(async () => {
  app = await startApp({ schema: SCHEMA });
});
afterAll(() => app.dispose());

/** Every sample of /metrics by its name and labels as Prometheus writes them. */
async function scrape(from = app): Promise<Map<string, number>> {
  const response = await from.request('/metrics');
  expect(response.headers.get('content-type')).toContain('text/plain; version=0.0.4');
  const lines = (await response.text()).split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.split(' ').at(-1))]));
}

it('counts requests by declared route, never by address', async () => {
  const { id } = (await (
    await app.request('/api/files/notes?name=a.txt', { method: 'PUT', body: 'hello' })
  ).json()) as {
    id: string;
  };
  await (await app.request(`/api/files/notes/${id}`)).text();
  await (await app.request(`/api/files/notes/${id}/`)).text();
  await (await app.request('/nowhere/at/all')).text();
  const samples = await scrape();
  expect(
    samples.get('alyx_http_requests_total{method="GET",route="/api/files/:bucket/:id",status="200"}'),
  ).toBe(2);
  expect(samples.get('alyx_http_requests_total{method="any",route="none",status="404"}')).toBe(1);
  expect([...samples.keys()].filter((name) => name.includes(id) || name.includes('nowhere'))).toEqual([]);
});

it('counts the bytes of bodies in both directions', async () => {
  const before = await scrape();
  const body = Buffer.alloc(300_000, 'x');
  const stored = await app.request('/api/files/notes?name=big.txt', { method: 'PUT', body });
  const { id } = (await stored.json()) as { id: string };
  await (await app.request(`/api/files/notes/${id}/download`)).arrayBuffer();
  const after = await scrape();
  for (const name of ['alyx_http_received_bytes_total', 'alyx_http_sent_bytes_total']) {
    expect((after.get(name) ?? 0) - (before.get(name) ?? 0)).toBeGreaterThan(300_000);
  }
});

it('counts what the system sends from a file by itself', async () => {
  const size = 20_000_000;
  const body = Buffer.alloc(size, 'x');
  const stored = await app.request('/api/files/notes?name=bigger.txt', { method: 'PUT', body });
  const { id } = (await stored.json()) as { id: string };
  const before = await scrape();
  await (await app.request(`/api/files/notes/${id}/download`)).arrayBuffer();
  const sent =
    ((await scrape()).get('alyx_http_sent_bytes_total') ?? 0) -
    (before.get('alyx_http_sent_bytes_total') ?? 0);
  expect(sent).toBeGreaterThanOrEqual(size);
  expect(sent).toBeLessThan(size + 100_000);
});

it('tells what each bucket holds and what its backend did', async () => {
  await app.request('/api/files/notes?name=one-more.txt', { method: 'PUT', body: 'four' });
  const { total } = (await (await app.request('/api/files/notes')).json()) as { total: number };
  const samples = await scrape();
  expect(samples.get('alyx_bucket_files{bucket="notes"}')).toBe(total);
  expect(samples.get('alyx_backend_duration_seconds_count{backend="local",operation="put"}')).toBe(total);
});

it('counts an upload as in flight until its client is gone', async () => {
  const upload = send(`${app.url}/api/files/notes?name=slow.txt`, { method: 'PUT' });
  upload.on('error', () => undefined);
  upload.write('the first bytes');
  await vi.waitFor(async () => expect((await scrape()).get('alyx_uploads_in_flight')).toBe(1), 10_000);
  upload.destroy();
  await vi.waitFor(async () => expect((await scrape()).get('alyx_uploads_in_flight')).toBe(0), 10_000);
});

it('counts what the cleanup removed', async () => {
  const before = (await scrape()).get('alyx_cleanup_runs_total') ?? 0;
  await app.app.cleanup.run();
  const samples = await scrape();
  expect(samples.get('alyx_cleanup_runs_total')).toBeGreaterThan(before);
  expect(samples.has('alyx_cleanup_removed_total{chore="uploads_expired"}')).toBe(true);
});

it('is not there when it is switched off', async () => {
  const silent = await startApp({
    schema: SCHEMA,
    config: `
server: { port: 0 }
auth: { jwt: { secret: a-secret-that-only-this-test-knows-0123456789 } }
storage: { backends: { local: { type: filesystem, path: ./data/storage } } }
metrics: { enabled: false }
`,
  });
  try {
    expect((await silent.request('/metrics')).status).toBe(404);
  } finally {
    await silent.dispose();
  }
});

it('counts bytes that go over a connection while they do', async () => {
  const received = async () => (await scrape()).get('alyx_http_received_bytes_total') ?? 0;
  const before = await received();
  const upload = send(`${app.url}/api/files/notes?name=on-its-way.txt`, { method: 'PUT' });
  upload.on('error', () => undefined);
  upload.write(Buffer.alloc(100_000, 'x'));
  await vi.waitFor(async () => expect((await received()) - before).toBeGreaterThan(100_000), 10_000);
  const underWay = await received();
  upload.destroy();
  await vi.waitFor(async () => expect((await scrape()).get('alyx_uploads_in_flight')).toBe(0), 10_000);
  expect(await received()).toBeGreaterThanOrEqual(underWay);
});
