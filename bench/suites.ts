import { alyx } from './contenders/alyx.ts';
import { bareNode } from './contenders/bare-node.ts';
import { nginx } from './contenders/nginx.ts';
import { pocketBase } from './contenders/pocketbase.ts';
import { alyxOnS3, s3Itself } from './contenders/s3.ts';
import { SLOW_FSYNC } from './contenders/slow-fsync.ts';
import { tusServer } from './contenders/tus-server.ts';
import { ALYX, ALYX_WITH_RULES, BARE_NODE, FILES, FSYNC_CHAIN } from './names.ts';
import type { Contender } from './server.ts';
import type { Workload } from './workload.ts';
import { compressedFiles } from './workloads/compressed.ts';
import {
  durableUpload,
  formUpload,
  rangeDownloads,
  rawUpload,
  tusUpload,
  wholeDownload,
} from './workloads/large.ts';
import { list } from './workloads/lists.ts';
import { mediumFiles } from './workloads/s3.ts';
import { slowUploads } from './workloads/slow.ts';
import { metadata, signedDownloads, smallDownloads, smallUploads } from './workloads/small.ts';

/** Workloads that run one after the other on the same servers, which take turns in each. */
export interface Suite {
  /** Of the table that the rows go to; suites may share one. */
  readonly title: string;
  /** The first is what the others are compared with. */
  readonly contenders: readonly Contender[];
  readonly workloads: readonly Workload[];
}

/** How much of everything. */
export interface Scale {
  /** Bytes of the one large file. */
  readonly large: number;
  readonly smallFiles: number;
  readonly requests: number;
  /** Requests for one row, which take much less. */
  readonly rows: number;
  readonly pages: number;
  /** Bytes of compressible text, and of the large durable upload. */
  readonly medium: number;
  readonly s3Files: number;
}

const MIB = 2 ** 20;

export const FULL: Scale = {
  large: 1024 * MIB,
  smallFiles: 2_000,
  requests: 6_000,
  rows: 20_000,
  pages: 1_500,
  medium: 128 * MIB,
  s3Files: 32,
};

export const QUICK: Scale = {
  large: 64 * MIB,
  smallFiles: 400,
  requests: 1_000,
  rows: 2_000,
  pages: 200,
  medium: 16 * MIB,
  s3Files: 8,
};

const plain = alyx({ name: ALYX });
const ruled = alyx({ name: ALYX_WITH_RULES, bucket: 'owned' });
const bare = bareNode({ name: BARE_NODE });

const ALYX_DURABLE = 'Alyx, durable';
const durable = [
  alyx({ name: ALYX_DURABLE, durable: true }),
  plain,
  bare, // how much there is to gain: it syncs nothing
  bareNode({ name: FSYNC_CHAIN, durable: true }),
];
const durableOnSlowDisk = [
  alyx({ name: ALYX_DURABLE, durable: true, slow: true }),
  bareNode({ name: FSYNC_CHAIN, durable: true, slow: true }),
];

export function suites(scale: Scale): readonly Suite[] {
  const { large, medium, smallFiles, requests, rows, pages, s3Files } = scale;
  return [
    {
      title: FILES,
      contenders: [plain, ruled, bare, nginx, pocketBase, tusServer],
      workloads: [
        smallUploads(smallFiles),
        smallDownloads(requests),
        metadata(rows),
        signedDownloads(requests),
        slowUploads,
      ],
    },
    {
      title: FILES,
      contenders: [plain, ruled, bare, pocketBase],
      workloads: [list('first', pages), list('deep', pages)],
    },
    {
      title: FILES,
      contenders: [plain, bare, nginx, pocketBase, tusServer],
      workloads: [rawUpload(large), wholeDownload(large), rangeDownloads(large, requests)],
    },
    { title: FILES, contenders: [plain, bare, pocketBase], workloads: [formUpload(large)] },
    { title: FILES, contenders: [plain, tusServer], workloads: [tusUpload(large, large, 'in one PATCH')] },
    {
      title: FILES,
      contenders: [plain, tusServer],
      workloads: [tusUpload(large, 5 * MIB, 'in 5 MiB chunks')],
    },
    {
      title: 'Durable',
      contenders: durable,
      workloads: [smallUploads(smallFiles, ', durable'), durableUpload(medium)],
    },
    {
      title: 'Durable',
      contenders: durableOnSlowDisk,
      workloads: [smallUploads(smallFiles / 2, `, durable, fsync ≥ ${SLOW_FSYNC}`)],
    },
    {
      title: 'Compressed text',
      contenders: [
        plain,
        alyx({ name: 'Alyx, gzip', bucket: 'gzip' }),
        alyx({ name: 'Alyx, zstd', bucket: 'zstd' }),
      ],
      workloads: compressedFiles(medium, pages),
    },
    {
      title: 'S3',
      contenders: [alyxOnS3, s3Itself],
      workloads: [...mediumFiles(s3Files), smallUploads(smallFiles / 4, ', S3')],
    },
  ];
}
