import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Backend } from '../../src/storage/backend.ts';
import { openS3Backend } from '../../src/storage/s3-backend.ts';
import { startS3Server, type S3Server } from '../support/s3-server.ts';

const OLD = '2026-01-01T00:00:00.000Z';
const NOON = Date.parse('2026-06-01T12:00:00.000Z');
const NEW = '2026-07-01T00:00:00.000Z';

let server: S3Server;
let backend: Backend | undefined;

beforeAll(async () => {
  server = await startS3Server();
});

afterAll(() => server.stop());

afterEach(() => backend?.close());

/** fauxqs cannot list unfinished uploads, so this answers as the S3 API reference says. */
describe('unfinished uploads', () => {
  let http: Server;
  /** By the query of the request, without the SDK's `x-id`. */
  let answers: Readonly<Record<string, string>>;
  let status: number;
  let removed: string[];

  beforeEach(async () => {
    status = 200;
    answers = {};
    removed = [];
    http = createServer((request, response) => {
      const { pathname, searchParams } = new URL(request.url ?? '', 'http://localhost');
      searchParams.delete('x-id');
      if (request.method === 'DELETE') {
        removed.push(`${pathname} ${searchParams.get('uploadId') ?? ''}`);
        response.writeHead(204).end();
        return;
      }
      const answer = answers[searchParams.toString()];
      if (answer === undefined) response.writeHead(404).end('<Error><Code>NoSuchUpload</Code></Error>');
      else response.writeHead(status).end(answer);
    }).listen(0, '127.0.0.1');
    await once(http, 'listening');
    const endpoint = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
    backend = await openS3Backend('main', server.config('alyx', { endpoint, bucketPrefix: 'prod' }));
  });

  afterEach(() => {
    http.close();
  });

  function uploads(listed: readonly (readonly [key: string, initiated: string])[], next?: string): string {
    const entries = listed.map(
      ([key, initiated]) =>
        `<Upload><Key>${key}</Key><UploadId>of-${key.split('/').at(-1) ?? ''}</UploadId><Initiated>${initiated}</Initiated></Upload>`,
    );
    const more =
      next === undefined
        ? '<IsTruncated>false</IsTruncated>'
        : `<IsTruncated>true</IsTruncated><NextKeyMarker>${next}</NextKeyMarker><NextUploadIdMarker>id</NextUploadIdMarker>`;
    return `<ListMultipartUploadsResult>${more}${entries.join('')}</ListMultipartUploadsResult>`;
  }

  function parts(...modified: string[]): string {
    const entries = modified.map((time) => `<Part><LastModified>${time}</LastModified></Part>`);
    return `<ListPartsResult><IsTruncated>false</IsTruncated>${entries.join('')}</ListPartsResult>`;
  }

  it('go when they were last touched before the given time, on every page', async () => {
    answers = {
      'prefix=prod%2F&uploads=': uploads(
        [
          ['prod/photos/a/1', OLD],
          ['prod/photos/a/2', NEW],
        ],
        'prod/photos/a/2',
      ),
      'key-marker=prod%2Fphotos%2Fa%2F2&prefix=prod%2F&upload-id-marker=id&uploads=': uploads([
        ['prod/photos/a/3', OLD],
        ['prod/photos/a/4', OLD],
      ]),
      'uploadId=of-1': parts(),
      'uploadId=of-3': parts(OLD, NEW),
      'uploadId=of-4': parts(OLD),
    };
    expect(await backend?.countAbandoned(NOON)).toBe(2);
    expect(removed).toEqual([]);
    expect(await backend?.removeAbandoned(NOON)).toBe(2);
    expect(removed).toEqual(['/alyx/prod/photos/a/1 of-1', '/alyx/prod/photos/a/4 of-4']);
  });

  it('of others in the same S3 bucket stay', async () => {
    answers = {
      'prefix=prod%2F&uploads=': uploads([
        ['prod/photos/a/b/c', OLD],
        ['prod/readme', OLD],
      ]),
    };
    expect(await backend?.removeAbandoned(NOON)).toBe(0);
    expect(removed).toEqual([]);
  });

  it('that ended meanwhile are not counted', async () => {
    answers = { 'prefix=prod%2F&uploads=': uploads([['prod/photos/a/1', OLD]]) };
    expect(await backend?.removeAbandoned(NOON)).toBe(0);
    expect(removed).toEqual([]);
  });

  it.each([405, 501])(
    'are left to the server itself where it answers %d to who wants to list them',
    async (code) => {
      status = code;
      answers = { 'prefix=prod%2F&uploads=': '<Error><Code>NotImplemented</Code></Error>' };
      expect(await backend?.removeAbandoned(NOON)).toBe(0);
    },
  );
});

it('counts nothing in an S3 bucket without unfinished uploads', async () => {
  backend = await openS3Backend('main', server.config(await server.createBucket()));
  expect(await backend.removeAbandoned(Date.now())).toBe(0);
});

// What fauxqs cannot do, the server in CI (Ceph) can.
if (process.env.ALYX_TEST_S3_ENDPOINT !== undefined) {
  it('removes a real unfinished upload, but none that is at work', async () => {
    const bucket = await server.createBucket();
    backend = await openS3Backend('main', server.config(bucket));
    const object = { Bucket: bucket, Key: 'photos/a/b' };
    const { UploadId } = await server.client.createMultipartUpload(object);
    const { Initiated } = (await server.client.listMultipartUploads({ Bucket: bucket })).Uploads?.[0] ?? {};
    await server.client.uploadPart({ ...object, UploadId, PartNumber: 1, Body: Buffer.alloc(1000) });
    expect(await backend.removeAbandoned((Initiated?.getTime() ?? 0) + 1)).toBe(0);
    expect(await backend.removeAbandoned(Date.now() + 60_000)).toBe(1);
    await server.expectEmpty(bucket);
  });
}
