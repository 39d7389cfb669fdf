import { describeS3Error } from './s3-errors.ts';
import type { S3Keys } from './s3-keys.ts';

interface UploadAddress {
  readonly Bucket: string;
  readonly Key: string;
  readonly UploadId: string | undefined;
}

interface UploadMarker {
  readonly KeyMarker?: string | undefined;
  readonly UploadIdMarker?: string | undefined;
}

interface UploadPage {
  readonly Uploads?:
    | readonly {
        readonly Key?: string | undefined;
        readonly UploadId?: string | undefined;
        readonly Initiated?: Date | undefined;
      }[]
    | undefined;
  readonly IsTruncated?: boolean | undefined;
  readonly NextKeyMarker?: string | undefined;
  readonly NextUploadIdMarker?: string | undefined;
}

interface PartPage {
  readonly Parts?: readonly { readonly LastModified?: Date | undefined }[] | undefined;
  readonly IsTruncated?: boolean | undefined;
  readonly NextPartNumberMarker?: string | undefined;
}

/** What is needed of the SDK's client, which itself stays in s3-backend.ts. */
interface UploadsClient {
  listMultipartUploads(request: UploadMarker & { Bucket: string; Prefix: string }): Promise<UploadPage>;
  listParts(request: UploadAddress & { PartNumberMarker: string | undefined }): Promise<PartPage>;
  abortMultipartUpload(upload: UploadAddress): Promise<unknown>;
}

/** Counts Alyx's unfinished uploads that were last touched before `before` (epoch ms). */
export async function countAbandonedUploads(...where: Parameters<typeof abandonedUploads>): Promise<number> {
  const uploads = abandonedUploads(...where);
  let count = 0;
  while ((await uploads.next()).done !== true) count += 1;
  return count;
}

/** Removes them; resolves to how many. */
export async function removeAbandonedUploads(...where: Parameters<typeof abandonedUploads>): Promise<number> {
  const [client] = where;
  let removed = 0;
  for await (const upload of abandonedUploads(...where)) {
    if (
      await unlessEnded(
        client.abortMultipartUpload(upload).then(() => true),
        false,
      )
    )
      removed += 1;
  }
  return removed;
}

async function* abandonedUploads(
  client: UploadsClient,
  bucket: string,
  keys: S3Keys,
  before: number,
): AsyncGenerator<UploadAddress> {
  for await (const { Key = '', UploadId, Initiated } of unfinishedUploads(client, bucket, keys.root)) {
    const begunBefore = Initiated !== undefined && Initiated.getTime() < before;
    // Others may upload into the same S3 bucket.
    if (!begunBefore || keys.parse(Key) === null) continue;
    const upload = { Bucket: bucket, Key, UploadId };
    // An upload over a thin line may have begun long ago and yet be at work.
    if (!(await unlessEnded(hasPartSince(client, upload, before), true))) yield upload;
  }
}

async function* unfinishedUploads(client: UploadsClient, Bucket: string, Prefix: string) {
  let marker: UploadMarker | null = {};
  while (marker !== null) {
    const page: UploadPage = await client
      .listMultipartUploads({ Bucket, Prefix, ...marker })
      .catch(noUploads);
    yield* page.Uploads ?? [];
    marker =
      page.IsTruncated === true && page.NextKeyMarker !== undefined
        ? { KeyMarker: page.NextKeyMarker, UploadIdMarker: page.NextUploadIdMarker }
        : null;
  }
}

/** Some servers cannot list unfinished uploads; there they have to expire by a rule of the server's own. */
function noUploads(error: unknown): UploadPage {
  const { status } = describeS3Error(error);
  if (status === 405 || status === 501) return {};
  throw error;
}

/** What `answer` resolves to, or `ended` when the upload is over meanwhile. */
async function unlessEnded<T>(answer: Promise<T>, ended: T): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    if (describeS3Error(error).code === 'NoSuchUpload') return ended;
    throw error;
  }
}

async function hasPartSince(client: UploadsClient, upload: UploadAddress, since: number): Promise<boolean> {
  let PartNumberMarker: string | undefined;
  do {
    const page: PartPage = await client.listParts({ ...upload, PartNumberMarker });
    if (page.Parts?.some(({ LastModified }) => (LastModified?.getTime() ?? 0) >= since) === true) return true;
    PartNumberMarker = page.IsTruncated === true ? page.NextPartNumberMarker : undefined;
  } while (PartNumberMarker !== undefined);
  return false;
}
