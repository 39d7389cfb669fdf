import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll } from 'vitest';
import { CompressedBackend } from '../../src/storage/compression/compressed-backend.ts';
import { openS3Backend } from '../../src/storage/s3-backend.ts';
import { startS3Server, type S3Server } from '../support/s3-server.ts';
import { describeBackend } from './conformance.ts';

let server: S3Server;
let bucket: string;

beforeAll(async () => {
  server = await startS3Server();
  bucket = await server.createBucket();
});

afterAll(() => server.stop());

for (const coding of [null, 'gzip', 'zstd'] as const) {
  describeBackend(coding === null ? 'S3' : `${coding} over S3`, async () => {
    // A prefix of its own instead of a bucket: Ceph gives a user a thousand buckets and no more.
    const plain = await openS3Backend('main', server.config(bucket, { bucketPrefix: randomUUID() }));
    const backend = coding === null ? plain : new CompressedBackend(plain, coding);
    return { backend, close: () => plain.close() };
  });
}
