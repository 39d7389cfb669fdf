import { DetailedError, Upload, type HttpRequest } from 'tus-js-client';
import { ApiError, parseEnvelope } from '../api/api-error.ts';
import { accessToken, renewAccess } from '../api/session.ts';
import type { UploadItem } from './upload-item.ts';

/** After the last of these it takes a person; progress in between starts them anew. */
const RETRY_DELAYS = [0, 500, 1_000, 2_000, 4_000, 8_000, 15_000, 30_000, 60_000];

/** Larger ones are announced first: only an upload with an address can go on after a break. */
const IN_ONE_REQUEST = 256 * 1024;

export interface TransferEvents {
  readonly onProgress: (sent: number) => void;
  /** The connection broke; it is tried again. */
  readonly onStall: () => void;
  readonly onDone: (fileId: string) => void;
  readonly onFailure: (error: Error) => void;
}

/** One resumable upload, in the name of who is signed in. */
export function createTransfer({ bucket, file, path }: UploadItem, events: TransferEvents): Upload {
  let isTokenStale = false;
  const upload = new Upload(file, {
    endpoint: `/api/files/${bucket.name}/tus`,
    metadata: { filename: file.name, ...(path !== file.name && { path }) },
    uploadDataDuringCreation: file.size <= IN_ONE_REQUEST,
    retryDelays: RETRY_DELAYS,
    removeFingerprintOnSuccess: true,
    onBeforeRequest: async (request: HttpRequest) => {
      const token = isTokenStale ? await renewAccess() : await accessToken();
      isTokenStale = false;
      request.setHeader('Authorization', `Bearer ${token}`);
    },
    onShouldRetry: (error) => {
      const status = error.originalResponse?.getStatus() ?? 0;
      isTokenStale = status === 401;
      if (!isTransient(status, toError(error))) return false;
      events.onStall();
      return true;
    },
    onProgress: (sent) => events.onProgress(sent),
    onSuccess: () => events.onDone(upload.url?.split('/').at(-1) ?? ''),
    onError: (error) => events.onFailure(toError(error)),
  });
  return upload;
}

/** Whether the same request may do better later. */
function isTransient(status: number, error: Error): boolean {
  const code = error instanceof ApiError ? error.code : '';
  if (status === 409) return code === 'OFFSET_MISMATCH';
  if (status === 507) return false;
  return status === 0 || status === 401 || status === 423 || status === 429 || status >= 500;
}

/** The server's own sentence, where there is one. */
function toError(error: Error | DetailedError): Error {
  if (!(error instanceof DetailedError)) return error;
  const response = error.originalResponse;
  if (response === null) return new Error('The connection broke; resume when it is back.', { cause: error });
  return new ApiError(response.getStatus(), parseEnvelope(response.getBody()));
}
