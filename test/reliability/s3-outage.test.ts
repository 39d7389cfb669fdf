import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { list, openBucket, put, type FileJson } from '../support/files-api.ts';
import { HttpRelay } from '../support/http-relay.ts';
import { leftovers } from '../support/leftovers.ts';
import { startS3Server, type S3Server } from '../support/s3-server.ts';
import { configFor, s3Yaml } from '../support/s3-yaml.ts';
import { SeededRandom, testSeed } from '../support/seeded-random.ts';
import { startApp, TEST_SECRET, type TestApp } from '../support/test-app.ts';
import { LONG_TIMEOUT, report, TORTURE } from '../support/torture.ts';
import { create, idOf, patch, sha256 } from '../support/tus.ts';

const CLIENTS = 6;
/** What each client does in each kind of weather. */
const DEEDS = TORTURE ? 100 : 4;

let s3: S3Server;
let bucket: string;
let relay: HttpRelay;
let app: TestApp;
const random = new SeededRandom(testSeed());
/** By id: what was acknowledged, and not deleted since. */
const kept = new Map<string, FileJson['checksum']>();
/** Uploads whose client lost patience when all bytes were in: the cleanup makes files of them. */
const late = new Set<string>();
const answers = new Map<number, number>();

beforeAll(async () => {
  s3 = await startS3Server();
  bucket = await s3.createBucket();
  relay = await HttpRelay.start(s3.endpoint);
  const config = configFor(TEST_SECRET, `s3: ${s3Yaml(s3, bucket, relay.url)}`);
  app = await startApp({ schema: openBucket().replace('backend: local', 'backend: s3'), config });
});
afterAll(async () => {
  await app.dispose();
  await relay.stop();
  await s3.stop();
});

const SLOW_DOWN =
  '<?xml version="1.0"?><Error><Code>SlowDown</Code><Message>Please reduce your request rate.</Message></Error>';

/** Some requests are turned away, some are cut before, some after they were carried out. */
const TROUBLE: Pick<HttpRelay, 'intercept' | 'losesAnswer'> = {
  intercept(request, response) {
    const luck = random.next();
    if (luck < 0.3) {
      request.resume();
      response.writeHead(503, { 'content-type': 'application/xml' }).end(SLOW_DOWN);
      return true;
    }
    if (luck < 0.45) {
      request.socket.destroy();
      return true;
    }
    return false;
  },
  losesAnswer: () => random.chance(0.15),
};
const CALM: typeof TROUBLE = { intercept: () => false, losesAnswer: () => false };

/** Success, or an honest refusal. */
function judge(answer: Response, ...granted: readonly number[]): boolean {
  answers.set(answer.status, (answers.get(answer.status) ?? 0) + 1);
  if (granted.includes(answer.status)) return true;
  expect(answer.status).toBe(503);
  expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
  return false;
}

let names = 0;

async function upload(): Promise<void> {
  const content = random.bytes(1 + random.below(100_000));
  const answer = await put(app, 'docs', `${(names += 1)}.bin`, new Uint8Array(content));
  if (!judge(answer, 201)) return;
  const { id, checksum } = (await answer.json()) as FileJson;
  expect(checksum).toBe(sha256(content));
  kept.set(id, checksum);
}

async function uploadInChunks(): Promise<void> {
  const content = random.bytes(20_000);
  const created = await create(app, content.length, { metadata: { filename: `${(names += 1)}.bin` } });
  const path = created.headers.get('location') ?? '';
  for (let tries = 0; tries < 20; tries += 1) {
    const head = await app.request(path, { method: 'HEAD', headers: { 'tus-resumable': '1.0.0' } });
    if (!judge(head, 200)) continue;
    const offset = Number(head.headers.get('upload-offset'));
    if (
      offset < content.length &&
      !judge(await patch(app, path, offset, new Uint8Array(content.subarray(offset))), 204)
    )
      continue;
    kept.set(idOf(path), sha256(content));
    return;
  }
  late.add(idOf(path));
}

async function download(): Promise<void> {
  const [id, checksum] = random.pick([...kept]);
  const answer = await app.request(`/api/files/docs/${id}/download`);
  // Somebody else may have deleted it.
  if (answer.status === 404 || !judge(answer, 200)) return;
  const content = await answer.arrayBuffer().catch(() => null);
  if (content !== null) expect(sha256(Buffer.from(content))).toBe(checksum);
}

async function remove(): Promise<void> {
  const [id] = random.pick([...kept]);
  kept.delete(id);
  judge(await app.request(`/api/files/docs/${id}`, { method: 'DELETE' }), 204, 404);
}

async function work(deeds = DEEDS): Promise<void> {
  const client = async () => {
    for (let n = 0; n < deeds; n += 1) {
      const deed =
        kept.size < 5 ? upload : random.pick([upload, upload, uploadInChunks, download, download, remove]);
      await deed();
    }
  };
  await Promise.all(Array.from({ length: CLIENTS }, client));
}

const stored = async () => (await s3.client.listObjectsV2({ Bucket: bucket })).Contents ?? [];

describe('an S3 that throttles, cuts connections, loses answers and goes away while clients are at work', () => {
  it(
    'costs a 503 with a time to try again, and nothing that was acknowledged; what comes back is used without a restart',
    { timeout: LONG_TIMEOUT },
    async () => {
      await work();
      Object.assign(relay, TROUBLE);
      await work();
      Object.assign(relay, CALM);
      const traffic = work();
      await pause(random.below(50));
      await relay.stop();
      await traffic;
      await work(1);
      await relay.resume();
      const refused = answers.get(503) ?? 0;
      expect(refused).toBeGreaterThan(0);
      answers.delete(503);
      await work();
      expect(answers.get(503)).toBeUndefined();

      for (const [id, checksum] of kept) {
        const answer = await app.request(`/api/files/docs/${id}/download`);
        expect(answer.status).toBe(200);
        expect(sha256(Buffer.from(await answer.arrayBuffer()))).toBe(checksum);
      }
      // What was given up in the middle is deleted by the next cleanup.
      await vi.waitFor(
        async () => {
          await app.app.cleanup.run();
          expect(await stored()).toHaveLength((await leftovers(app)).rows);
        },
        { timeout: 30_000, interval: 200 },
      );
      const { files } = await list(app, 'docs', '?limit=1000');
      expect(files.filter(({ id }) => !kept.has(id) && !late.has(id))).toEqual([]);
      report(
        `S3 in trouble: ${refused} × 503, ${[...answers].map(([status, count]) => `${count} × ${status}`).join(', ')}; ${files.length} files, all sound`,
      );
    },
  );
});
