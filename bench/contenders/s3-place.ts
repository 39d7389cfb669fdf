import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { S3 } from '@aws-sdk/client-s3';
import { freePort } from '../../test/support/free-port.ts';
import { startChild } from '../child.ts';

export const ACCESS = { accessKeyId: 'testkey', secretAccessKey: 'testsecret' };
export const REGION = 'us-east-1';
export const BUCKET = 'bench';

/** A running S3 server with one bucket that everybody may read and write. */
export interface S3Place {
  readonly endpoint: string;
  readonly pid: number;
  readonly stop: () => Promise<void>;
}

const CI = resolve(import.meta.dirname, '../../.ci');
const CEPH_PORT = 7480;

const hasCeph = ['ceph-mon', 'ceph-osd', 'radosgw'].every((name) =>
  (process.env['PATH'] ?? '').split(':').some((folder) => existsSync(join(folder, name))),
);
/** Ceph where it is installed, as it is a server that people run; else what the tests use. */
export const S3_SERVER = hasCeph ? 'Ceph RGW' : 'fauxqs';

let running: Promise<S3Place> | null = null;
let users = 0;

/** The one S3 server of this run; the last who lets it go stops it. */
export async function useS3Server(): Promise<S3Place> {
  users += 1;
  running ??= start();
  const place = await running;
  return {
    ...place,
    async stop() {
      users -= 1;
      if (users > 0) return;
      running = null;
      await place.stop();
    },
  };
}

async function start(): Promise<S3Place> {
  const folder = await mkdtemp(join(tmpdir(), 'alyx-bench-s3-'));
  const place = hasCeph ? await startCeph(join(folder, 'ceph')) : await startFauxqs(folder);
  await makeBucket(place.endpoint);
  return {
    ...place,
    async stop() {
      await place.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function startCeph(folder: string): Promise<S3Place> {
  const { status, stderr } = spawnSync(join(CI, 'ceph-up.sh'), [folder, 'memstore', String(CEPH_PORT)]);
  const stop = async () => void spawnSync(join(CI, 'ceph-down.sh'), [folder]);
  if (status !== 0) {
    await stop();
    throw new Error(`Ceph did not start: ${stderr.toString().slice(-300)}`);
  }
  const pid = Number(readFileSync(join(folder, 'run/client.rgw.pid'), 'utf8'));
  return { endpoint: `http://127.0.0.1:${CEPH_PORT}`, pid, stop };
}

async function startFauxqs(folder: string): Promise<S3Place> {
  const port = await freePort();
  const endpoint = `http://127.0.0.1:${port}`;
  const script = join(import.meta.dirname, 'fauxqs-process.ts');
  const child = await startChild(process.execPath, [script, String(port)], { folder, origin: endpoint });
  return { endpoint, pid: child.pid, stop: child.stop };
}

async function makeBucket(endpoint: string): Promise<void> {
  const client = new S3({ endpoint, region: REGION, forcePathStyle: true, credentials: ACCESS });
  await client.createBucket({ Bucket: BUCKET });
  if (hasCeph) {
    const everybody = {
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Principal: '*',
          Action: ['s3:GetObject', 's3:PutObject'],
          Resource: `arn:aws:s3:::${BUCKET}/*`,
        },
      ],
    };
    await client.putBucketPolicy({ Bucket: BUCKET, Policy: JSON.stringify(everybody) });
  }
  client.destroy();
}
