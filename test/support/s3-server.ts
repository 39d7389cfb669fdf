import { S3 } from '@aws-sdk/client-s3';
import { randomUUID } from 'node:crypto';
import { startFauxqs } from 'fauxqs';
import type { S3Config } from '../../src/config/config.ts';

export interface S3Server {
  readonly endpoint: string;
  /** How alyx.yml would name a bucket of this server. */
  config(bucket: string, overrides?: Partial<S3Config>): S3Config;
  /** Alyx never creates buckets; tests must. Resolves to the new bucket's name. */
  createBucket(): Promise<string>;
  /** The server's own word on what lies there, past Alyx. */
  readonly client: S3;
  /** Rejects when an object or a part of an unfinished upload is still in the bucket. */
  expectEmpty(bucket: string): Promise<void>;
  stop(): Promise<void>;
}

interface Access {
  readonly endpoint: string;
  readonly accessKey: string;
  readonly secretKey: string;
}

/** A server of our own in this process, or the one that ALYX_TEST_S3_ENDPOINT names: in CI that is Ceph's RGW. */
export async function startS3Server(): Promise<S3Server> {
  const { ALYX_TEST_S3_ENDPOINT, ALYX_TEST_S3_ACCESS_KEY = '', ALYX_TEST_S3_SECRET_KEY = '' } = process.env;
  if (ALYX_TEST_S3_ENDPOINT !== undefined) {
    const access = { accessKey: ALYX_TEST_S3_ACCESS_KEY, secretKey: ALYX_TEST_S3_SECRET_KEY };
    return serve({ ...access, endpoint: ALYX_TEST_S3_ENDPOINT }, async () => undefined);
  }
  const fauxqs = await startFauxqs({ port: 0, logger: false });
  const endpoint = `http://127.0.0.1:${fauxqs.port}`;
  return serve({ endpoint, accessKey: 'testkey', secretKey: 'testsecret' }, () => fauxqs.stop());
}

function serve(access: Access, stop: () => Promise<void>): S3Server {
  const region = 'us-east-1';
  const client = new S3({
    endpoint: access.endpoint,
    region,
    forcePathStyle: true,
    requestChecksumCalculation: 'WHEN_REQUIRED',
    credentials: { accessKeyId: access.accessKey, secretAccessKey: access.secretKey },
  });
  return {
    endpoint: access.endpoint,
    client,
    config: (bucket, overrides) => ({
      type: 's3',
      ...access,
      region,
      bucket,
      bucketPrefix: null,
      forcePathStyle: true,
      requestChecksums: 'when_required',
      responseChecksums: 'when_required',
      connectTimeout: 5_000,
      idleTimeout: 30_000,
      ...overrides,
    }),
    async createBucket() {
      const bucket = `alyx-${randomUUID()}`;
      await client.createBucket({ Bucket: bucket });
      return bucket;
    },
    async expectEmpty(bucket) {
      const { Contents = [] } = await client.listObjectsV2({ Bucket: bucket });
      const { Uploads = [] } = await client.listMultipartUploads({ Bucket: bucket });
      const left = [...Contents, ...Uploads].map(({ Key }) => Key);
      if (left.length > 0) throw new Error(`left behind: ${left.join(', ')}`);
      // fauxqs cannot list unfinished uploads, but like AWS it refuses to delete a bucket that has any.
      await client.deleteBucket({ Bucket: bucket });
      await client.createBucket({ Bucket: bucket });
    },
    async stop() {
      client.destroy();
      await stop();
    },
  };
}
