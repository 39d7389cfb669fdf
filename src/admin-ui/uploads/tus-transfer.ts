import { Upload, type HttpRequest, type HttpResponse, type UploadOptions } from 'tus-js-client';
import { fingerprint } from '../../sdk/runtime/fingerprint.ts';
import { ApiError } from '../api/api-error.ts';
import { deleteFiles } from '../api/files.ts';
import { onThisOrigin } from '../api/on-this-origin.ts';
import { accessToken, renewAccess, session } from '../api/session.ts';
import { markUsed, urlStorage } from './known-uploads.ts';
import { isTransient, toError } from './tus-failure.ts';
import type { UploadItem } from './upload-item.ts';

/** After the last of these it takes a person; progress in between starts them anew. */
const RETRY_DELAYS = [0, 500, 1_000, 2_000, 4_000, 8_000, 15_000, 30_000, 60_000];

/** Larger ones are announced first: only an upload with an address can go on after a break. */
const IN_ONE_REQUEST = 256 * 1024;

export interface TransferEvents {
  readonly onProgress: (sent: number) => void;
  /** The connection broke; it is tried again. */
  readonly onStall: () => void;
  /** An earlier visit to this page had got so far. */
  readonly onResume: (offset: number) => void;
  readonly onDone: (fileId: string) => void;
  readonly onFailure: (error: Error) => void;
}

/** By which an upload that was interrupted is known again: whose it is, where it goes, and what is in it. */
export async function fingerprintOf(bucket: string, file: File, path: string): Promise<string> {
  const state = session.value;
  const user = state.status === 'signed-in' ? state.user.id : '';
  return `${user} ${await fingerprint(file, { bucket, content: file, name: file.name, path, metadata: undefined })}`;
}

/** One resumable upload, in the name of who is signed in. */
export class Transfer {
  readonly #item: UploadItem;
  readonly #events: TransferEvents;
  readonly #upload: Upload;
  /** Until the upload has an address it is let finish that: broken off and begun anew, it would be there twice. */
  #opening = false;
  #wish: 'go' | 'pause' | 'discard' = 'go';
  #isTokenStale = false;
  #isOfEarlierVisit = false;

  constructor(item: UploadItem, events: TransferEvents) {
    this.#item = item;
    this.#events = events;
    this.#upload = new Upload(item.file, this.#options());
  }

  start(): void {
    this.#wish = 'go';
    if (this.#opening) return;
    this.#opening = this.#upload.url === null;
    this.#upload.start();
  }

  pause(): void {
    this.#wish = 'pause';
    if (!this.#opening) void this.#upload.abort();
  }

  /** Takes back what the server has of it, even if that is the whole file by now. */
  discard(): void {
    this.#wish = 'discard';
    if (!this.#opening) void this.#takeBack();
  }

  #options(): UploadOptions {
    const { bucket, file, path } = this.#item;
    return {
      endpoint: `/api/files/${bucket.name}/tus`,
      metadata: { filename: file.name, ...(path !== file.name && { path }) },
      uploadDataDuringCreation: file.size <= IN_ONE_REQUEST,
      retryDelays: RETRY_DELAYS,
      removeFingerprintOnSuccess: true,
      urlStorage,
      fingerprint: () => this.#recognise(),
      onBeforeRequest: (request) => this.#authorize(request),
      onAfterResponse: (request, response) => this.#look(request, response),
      onShouldRetry: (error) => {
        if (this.#opening && this.#wish !== 'go') return false;
        const reason = toError(error);
        this.#isTokenStale = reason instanceof ApiError && reason.status === 401;
        if (!isTransient(reason)) return false;
        this.#events.onStall();
        return true;
      },
      onUploadUrlAvailable: () => this.#opened(),
      onProgress: (sent) => this.#events.onProgress(sent),
      onSuccess: () => this.#events.onDone(this.#id()),
      onError: (error) => {
        this.#opening = false;
        if (this.#wish === 'go') this.#events.onFailure(toError(error));
      },
    };
  }

  /** Finds what an earlier visit began with this file. */
  async #recognise(): Promise<string> {
    const { bucket, file, path } = this.#item;
    const print = await fingerprintOf(bucket.name, file, path);
    const [previous] = this.#upload.url === null ? await urlStorage.findUploadsByFingerprint(print) : [];
    if (previous !== undefined) {
      this.#isOfEarlierVisit = true;
      markUsed(previous.urlStorageKey, true);
      this.#upload.resumeFromPreviousUpload(previous);
    }
    return print;
  }

  async #authorize(request: HttpRequest): Promise<void> {
    const token = this.#isTokenStale ? await renewAccess() : await accessToken();
    this.#isTokenStale = false;
    request.setHeader('Authorization', `Bearer ${token}`);
  }

  #look(request: HttpRequest, response: HttpResponse): void {
    if (request.getMethod() !== 'HEAD') return;
    const status = response.getStatus();
    // tus-js-client would begin anew, whatever the reason; only one that is gone must.
    if (status >= 400 && status !== 404 && status !== 410) throw new ApiError(status, {});
    if (this.#isOfEarlierVisit && status < 300)
      this.#events.onResume(Number(response.getHeader('Upload-Offset')));
    this.#isOfEarlierVisit = false;
  }

  #opened(): void {
    this.#opening = false;
    // Behind `server.public_url` the server names another origin than this page may speak to.
    this.#upload.url = onThisOrigin(this.#upload.url ?? '');
    if (this.#wish === 'pause') void this.#upload.abort();
    if (this.#wish === 'discard') void this.#takeBack();
  }

  async #takeBack(): Promise<void> {
    const { url } = this.#upload;
    try {
      await this.#upload.abort(true);
    } catch {
      // It was faster. The server forgets an unfinished one by itself, should this not reach it.
      await deleteFiles(this.#item.bucket.name, [this.#id()]).catch(() => undefined);
    }
    if (url !== null) await urlStorage.removeUpload(url);
  }

  /** Of the upload, and of the file that it becomes. */
  #id(): string {
    return this.#upload.url?.split('/').at(-1) ?? '';
  }
}
