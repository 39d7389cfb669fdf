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

/** Removes Alyx's unfinished uploads that were last touched before `before` (epoch ms); resolves to how many. */
export async function removeAbandonedUploads(
  client: UploadsClient,
  bucket: string,
  keys: S3Keys,
  before: number,
): Promise<number> {
  let removed = 0;
  for await (const { Key = '', UploadId, Initiated } of unfinishedUploads(client, bucket, keys.root)) {
    const begunBefore = Initiated !== undefined && Initiated.getTime() < before;
    // Others may upload into the same S3 bucket.
    if (!begunBefore || keys.parse(Key) === null) continue;
    if (await removeUnlessTouched(client, { Bucket: bucket, Key, UploadId }, before)) removed += 1;
  }
  return removed;
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

/** An upload over a thin line may have begun long ago and yet be at work. */
async function removeUnlessTouched(
  client: UploadsClient,
  upload: UploadAddress,
  since: number,
): Promise<boolean> {
  try {
    if (await hasPartSince(client, upload, since)) return false;
    await client.abortMultipartUpload(upload);
    return true;
  } catch (error) {
    if (describeS3Error(error).code === 'NoSuchUpload') return false;
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
