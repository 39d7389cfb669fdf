import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { createTokens } from '../../src/auth/tokens.ts';
import { put, store, type FileJson } from '../support/files-api.ts';
import { descriptorsOf, memoryOf, THREAD_DESCRIPTORS } from '../support/process-figures.ts';
import { RawConnection } from '../support/raw-connection.ts';
import { SeededRandom, testSeed } from '../support/seeded-random.ts';
import { ServerProcess } from '../support/server-process.ts';
import { shownFiles, expectTidy } from '../support/sweep/invariants.ts';
import { openProject, type Project } from '../support/sweep/project.ts';
import { makeTempFolder, type TempFolder } from '../support/temp-folder.ts';
import { LONG_TIMEOUT, report, TORTURE } from '../support/torture.ts';
import { begin, patchHead, sha256, tus, uploadsKept } from '../support/tus.ts';

const MIB = 2 ** 20;
const ABORTS = TORTURE ? 20_000 : 2_000;
const AT_ONCE = 30;
const SLOW = 60;
const [MAX_UPLOADS, PER_CLIENT] = [80, 45];
/** What the memory of a process may differ by that is tidied up when its collector likes. */
const SLACK = 48 * MIB;

const content = Buffer.alloc(2 * MIB, 'some text ');

let folder: TempFolder;
let project: Project;
let server: ServerProcess;
let kept: FileJson;

beforeAll(async () => {
  folder = makeTempFolder();
  project = openProject({ folder: folder.path, durable: false });
  server = await ServerProcess.start({
    folder: folder.path,
    schema: project.schemaText,
    config: project.configText,
    env: {
      ALYX_SERVER_MAX_UPLOADS: String(MAX_UPLOADS),
      ALYX_SERVER_MAX_UPLOADS_PER_CLIENT: String(PER_CLIENT),
      ALYX_SERVER_IDLE_TIMEOUT: '8s',
    },
  });
});
afterEach(async () => {
  // Also after a failure, so that the next test, or the next try of this one, does not fail for what this one left.
  for (const bucket of project.schema.buckets.keys()) {
    const ids = [...(await shownFiles(server, [bucket])).keys()];
    if (ids.length === 0) continue;
    const response = await server.request(`/api/files/${bucket}/batch-delete`, {
      method: 'POST',
      body: JSON.stringify({ ids }),
      headers: { 'content-type': 'application/json' },
    });
    expect(response.status).toBe(200);
  }
  await expectNoTrace(0);
});
afterAll(async () => {
  await server.kill();
  folder.remove();
});

const bearer = (user: string) =>
  `Bearer ${createTokens(project.config.auth.jwt).sign({ id: user, email: `${user}@example.com`, role: 'user', verified: true, metadata: {} }, 3_600_000)}`;

/** Everything is as if these clients had never been: rows, bytes, what is under way. */
async function expectNoTrace(files: number): Promise<void> {
  await vi.waitFor(() => expect(uploadsKept(folder.path)).toEqual({ rows: 0, staged: [] }), {
    timeout: 20_000,
  });
  await expectTidy(server, project);
  expect((await shownFiles(server, [...project.schema.buckets.keys()])).size).toBe(files);
}

/** The beginnings of requests that nobody will end. */
const BEGINNINGS: readonly ((
  connection: RawConnection,
  random: SeededRandom,
) => Promise<string | undefined>)[] = [
  async (connection, random) => {
    const bucket = random.pick(['docs', 'packed', 'zipped']);
    connection.head(
      `PUT /api/files/${bucket}?name=x HTTP/1.1`,
      'Host: x',
      `Content-Length: ${content.length}`,
    );
    connection.write(content.subarray(0, random.below(content.length / 4)));
    return undefined;
  },
  async (connection, random) => {
    connection.head(
      'POST /api/files/docs HTTP/1.1',
      'Host: x',
      'Content-Type: multipart/form-data; boundary=b',
      'Transfer-Encoding: chunked',
    );
    const form = `--b\r\nContent-Disposition: form-data; name="file"; filename="x"\r\n\r\n${'x'.repeat(30_000)}`;
    connection.write(`${form.length.toString(16)}\r\n${form.slice(0, random.below(form.length))}`);
    return undefined;
  },
  async (connection, random) => {
    const path = await begin(server, content.length);
    connection.head(...patchHead(path, `Content-Length: ${content.length}`));
    connection.write(content.subarray(0, random.below(content.length / 4)));
    return path;
  },
  async (connection, random) => {
    const view = random.pick(['download', 'view']);
    connection.head(`GET /api/files/packed/${kept.id}/${view} HTTP/1.1`, 'Host: x');
    if (random.chance(0.5)) connection.socket.pause();
    return undefined;
  },
  async (connection, random) => {
    connection.write(
      'GET /api/files/docs?limit=1000 HTTP/1.1\r\nHost: x\r\nX-Long: '.slice(0, 10 + random.below(60)),
    );
    return undefined;
  },
];

describe('clients that go away in the middle', () => {
  it(
    'by the thousand leave neither descriptors nor memory nor rows nor bytes',
    { timeout: LONG_TIMEOUT },
    async () => {
      kept = await store(server, 'packed', `kept-${Date.now()}`, content);
      const random = new SeededRandom(testSeed());
      const abort = async () => {
        // So many come that the system turns some away before the server knows of them.
        const connection = await RawConnection.open(server.url).catch(() => null);
        if (connection === null) return;
        const path = await random.pick(BEGINNINGS)(connection, random);
        if (random.chance(0.7)) await pause(random.below(20));
        if (random.chance(0.5)) connection.socket.resetAndDestroy();
        else connection.close();
        if (path === undefined) return;
        expect((await tus(server, 'DELETE', path)).status).toBe(204);
      };
      const abortAll = async (count: number) => {
        let left = count;
        const client = async () => {
          for (; left > 0;) {
            left -= 1;
            await abort();
          }
        };
        await Promise.all(Array.from({ length: AT_ONCE }, client));
      };
      await abortAll(AT_ONCE);
      await expectNoTrace(1);
      const before = descriptorsOf(server.pid);
      const memory: number[] = [];
      for (let part = 0; part < 4; part += 1) {
        await abortAll(ABORTS / 4);
        memory.push(memoryOf(server.pid).now);
      }
      await expectNoTrace(1);
      const most = before + THREAD_DESCRIPTORS;
      await vi.waitFor(() => expect(descriptorsOf(server.pid)).toBeLessThanOrEqual(most), {
        timeout: 20_000,
      });
      const [first = 0, , , last = 0] = memory;
      report(
        `${ABORTS} requests broken off: descriptors ${before} before, ${descriptorsOf(server.pid)} after; memory ${memory.map((bytes) => Math.round(bytes / MIB)).join(', ')} MiB`,
      );
      expect(last - first).toBeLessThan(SLACK);
      const answer = await server.request(`/api/files/packed/${kept.id}/download`);
      expect(sha256(Buffer.from(await answer.arrayBuffer()))).toBe(kept.checksum);
    },
  );
});

describe('clients that send a byte now and then', () => {
  it('hold up nobody, and are cut when they fall silent', { timeout: LONG_TIMEOUT }, async () => {
    const authorization = ['ann', 'bob', 'cat', 'dan', 'eve'].map(bearer);
    const slow = await Promise.all(
      Array.from({ length: SLOW }, async (_, n) => {
        const connection = await RawConnection.open(server.url);
        const address = `PUT /api/files/docs?name=slow-${n} HTTP/1.1`;
        return connection.head(
          address,
          'Host: x',
          'Content-Length: 1000',
          `Authorization: ${authorization[n % 5] ?? ''}`,
        );
      }),
    );
    for (let round = 0; round < 10; round += 1) {
      for (const connection of slow) connection.write('x');
      const file = await store(server, 'docs', `beside-${round}`, content);
      expect((await server.request(`/api/files/docs/${file.id}`, { method: 'DELETE' })).status).toBe(204);
      expect((await server.request('/health/ready')).status).toBe(200);
    }
    // Silence, from now on.
    await Promise.all(slow.map(({ closed }) => closed));
    await expectNoTrace(0);
  });
});

describe('more uploads than the limits allow, all at once', () => {
  it(
    'are refused with a time to try again; those within them are all taken',
    { timeout: LONG_TIMEOUT },
    async () => {
      const users = ['ann', 'bob', 'cat', 'dan', 'eve', 'fay', 'gus', 'hal'].map(bearer);
      const uploads = await Promise.all(
        Array.from({ length: 4 * MAX_UPLOADS }, async (_, n) => {
          const connection = await RawConnection.open(server.url);
          const address = `PUT /api/files/docs?name=many-${n} HTTP/1.1`;
          const whose = `Authorization: ${users[n < MAX_UPLOADS ? 0 : n % users.length] ?? ''}`;
          connection.head(address, 'Host: x', 'Content-Length: 20', whose).write('0123456789');
          return { connection, answer: connection.response() };
        }),
      );
      const waits: number[] = [];
      for (const { answer } of uploads) {
        void answer.then((response) => {
          if (response === null || response.status < 400) return;
          waits.push(Number(response.headers['retry-after']));
        });
      }
      await vi.waitFor(() => expect(waits).toHaveLength(3 * MAX_UPLOADS), { timeout: 20_000 });
      for (const seconds of waits) expect(seconds).toBeGreaterThan(0);
      for (const { connection } of uploads) connection.write('0123456789');
      const statuses = (await Promise.all(uploads.map(({ answer }) => answer))).map(
        (response) => response?.status,
      );
      const count = (wanted: number) => statuses.filter((status) => status === wanted).length;
      report(
        `${uploads.length} uploads at once: ${count(201)} × 201, ${count(429)} × 429, ${count(503)} × 503`,
      );
      expect([count(201), count(429) + count(503)]).toEqual([MAX_UPLOADS, 3 * MAX_UPLOADS]);
      for (const { connection } of uploads) connection.close();
      await vi.waitFor(async () => expect((await put(server, 'docs', 'one-more', 'x')).status).toBe(201), {
        timeout: 20_000,
      });
      await expectNoTrace(MAX_UPLOADS + 1);
    },
  );
});
