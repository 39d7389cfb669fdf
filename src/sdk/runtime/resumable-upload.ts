import type {
  HttpRequest,
  HttpResponse,
  UploadOptions as TusOptions,
  Upload as TusUpload,
} from 'tus-js-client';
import { AlyxError, isAlyxError } from './alyx-error.ts';
import type { Api } from './api.ts';
import type { FileObject } from './file-types.ts';
import { fingerprint } from './fingerprint.ts';
import type { KeyValueStore } from './key-value-store.ts';
import { filesPath } from './paths.ts';
import { SentReader } from './sent-reader.ts';
import { isOtherContent, isTransient, OtherContent, toAlyxError } from './tus-failure.ts';
import type { UploadEngine, UploadEvents } from './upload-engine.ts';
import { UploadMemory } from './upload-memory.ts';
import type { Upload } from './upload-source.ts';

export interface ResumableSettings {
  readonly chunkSize: number;
  /** Waits before each further attempt, in milliseconds. */
  readonly retryDelays: readonly number[];
  /** Keeps unfinished uploads: their addresses, and the digest of what was sent. */
  readonly store: KeyValueStore;
}

interface RequestHooks {
  readonly onBeforeRequest: (request: HttpRequest) => Promise<void>;
  readonly onAfterResponse: (request: HttpRequest, response: HttpResponse) => Promise<void>;
}

/**
 * Sends a file in chunks by the TUS protocol. The upload's address is kept until it is complete, so that another
 * page or process finds it again and goes on, if what was sent is still the beginning of the file.
 */
export class ResumableUpload implements UploadEngine {
  readonly #api: Api;
  readonly #upload: Upload;
  readonly #content: Blob;
  readonly #events: UploadEvents;
  readonly #settings: ResumableSettings;
  readonly #reader: SentReader;
  /** One for every start: what an earlier one still has on its way must not go on beside it. */
  #tus: TusUpload | null = null;
  #url: string | null = null;
  /** Whether all that was sent to the address is known to be of this file. */
  #isOurs = true;
  #memory: UploadMemory | null = null;
  /** Until the upload has an address it is let finish that: begun anew, it would be there twice. */
  #opening = false;
  #stopped = false;
  #discarded = false;

  constructor(api: Api, upload: Upload, content: Blob, events: UploadEvents, settings: ResumableSettings) {
    this.#api = api;
    this.#upload = upload;
    this.#content = content;
    this.#events = events;
    this.#settings = settings;
    this.#reader = new SentReader(content, settings.chunkSize, () => this.#remember());
  }

  start(): void {
    this.#stopped = false;
    if (this.#opening) return;
    this.#opening = true;
    this.#open().catch((error: unknown) => this.#fail(error));
  }

  stop(): void {
    this.#stopped = true;
    if (!this.#opening) this.#close();
  }

  async discard(): Promise<void> {
    this.#discarded = true;
    this.stop();
    if (!this.#opening) await this.#takeBack(this.#url);
  }

  async #open(): Promise<void> {
    const { Upload: Tus } = await import('tus-js-client');
    if (this.#memory === null) {
      const key = `alyx.upload ${this.#api.transport.url} ${await fingerprint(this.#content, this.#upload)}`;
      this.#memory = new UploadMemory(this.#settings.store, key);
      this.#url = (await this.#memory.read())?.url ?? null;
      this.#isOurs = this.#url === null;
    }
    if (this.#stopped) {
      this.#opening = false;
      if (this.#discarded) await this.#takeBack(this.#url);
      return;
    }
    const tus: TusUpload = new Tus(
      this.#content,
      this.#options(() => tus),
    );
    this.#tus = tus;
    this.#opening = this.#url === null;
    tus.start();
  }

  #options(self: () => TusUpload): TusOptions {
    const { chunkSize, retryDelays } = this.#settings;
    const isCurrent = () => this.#tus === self();
    const { onBeforeRequest, onAfterResponse } = this.#requestOptions();
    return {
      onBeforeRequest: async (request) => {
        await onBeforeRequest(request);
        if (isCurrent()) return;
        // It was stopped just when tus-js-client began, which then forgets that it was.
        void self().abort();
        throw new Error('the upload was stopped');
      },
      onAfterResponse: async (request, response) => {
        await onAfterResponse(request, response);
        if (request.getMethod() === 'HEAD') await this.#check(response, isCurrent);
      },
      endpoint: `${this.#api.transport.url}${filesPath(this.#upload.bucket, 'tus')}`,
      uploadUrl: this.#url,
      metadata: this.#metadata(),
      chunkSize,
      retryDelays: [...retryDelays],
      onShouldRetry: isTransient,
      storeFingerprintForResuming: false,
      fingerprint: async () => '',
      fileReader: { openFile: async () => this.#reader },
      onUploadUrlAvailable: () => this.#opened(self()),
      onProgress: (loaded) => {
        if (isCurrent()) this.#events.onProgress(loaded);
      },
      onSuccess: ({ lastResponse }) => {
        this.#finish(lastResponse.getHeader('Alyx-File-Id') ?? idIn(self().url ?? '')).catch(
          (error: unknown) => this.#fail(error),
        );
      },
      onError: (error) => {
        if (!isCurrent()) return;
        if (isOtherContent(error)) this.#startAnew().catch((reason: unknown) => this.#fail(reason));
        else this.#fail(toAlyxError(error));
      },
    };
  }

  /** Every request carries the token of its time; one that has expired is renewed, and the request made again. */
  #requestOptions(): RequestHooks {
    const { credentials } = this.#api;
    let token: string | null = null;
    return {
      async onBeforeRequest(request) {
        token = await credentials.token();
        if (token !== null) request.setHeader('Authorization', `Bearer ${token}`);
      },
      async onAfterResponse(_request, response) {
        if (response.getStatus() !== 401 || token === null) return;
        // Thrown, it counts as a broken connection, after which tus-js-client asks where it was and goes on.
        if ((await credentials.renew(token)) !== null) throw new Error('the token was renewed');
      },
    };
  }

  /** Lets an upload go on only if all that the server has of it, or that may still arrive, is of this file as it is now. */
  async #check(response: HttpResponse, isCurrent: () => boolean): Promise<void> {
    if (response.getStatus() >= 300) return;
    const offset = Number(response.getHeader('upload-offset'));
    if (this.#isOurs && !(offset > this.#reader.sent.bytes)) return;
    const known = (await this.#memory?.read()) ?? null;
    const isKnown = known?.url === this.#url && !(offset > known.sent.bytes);
    if (!isKnown || !(await this.#reader.goOnFrom(known.sent, isCurrent))) throw new OtherContent();
    this.#isOurs = true;
  }

  /** The file has changed, so nothing of what the server has may become a part of it. */
  async #startAnew(): Promise<void> {
    this.#opening = true;
    this.#close();
    const url = this.#url;
    this.#url = null;
    this.#isOurs = true;
    await this.#takeBack(url);
    await this.#open();
  }

  #metadata(): Record<string, string> {
    const { name, path, metadata } = this.#upload;
    return {
      filename: name,
      ...(path === undefined ? {} : { path }),
      ...(metadata === undefined ? {} : { metadata }),
    };
  }

  #opened(tus: TusUpload): void {
    this.#opening = false;
    this.#isOurs ||= tus.url !== this.#url; // it was gone, and begun anew
    this.#url = tus.url;
    void this.#remember();
    if (this.#stopped) this.#close();
    if (this.#discarded) void this.#takeBack(tus.url);
  }

  async #finish(id: string): Promise<void> {
    const file = await this.#file(id).catch((error: unknown) => {
      // Not to be seen is no reason to keep looking for it; not to be reached is.
      if (error instanceof AlyxError && error.status >= 400 && error.status < 500) void this.#forget();
      throw error;
    });
    await this.#forget();
    this.#events.onDone(file);
  }

  async #file(id: string): Promise<FileObject> {
    const { bucket } = this.#upload;
    try {
      return await this.#api.json<FileObject>({ method: 'GET', path: filesPath(bucket, id) });
    } catch (error) {
      if (!isAlyxError(error, 'UNAUTHORIZED', 'FORBIDDEN')) throw error;
      const message = `The file is stored, but the "read" rule of bucket "${bucket}" does not let you see it.`;
      throw new AlyxError(error.code, message, {
        status: error.status,
        details: { bucket, id },
        cause: error,
      });
    }
  }

  #fail(error: unknown): void {
    this.#opening = false;
    this.#close();
    if (!this.#stopped) this.#events.onError(error);
  }

  #close(): void {
    void this.#tus?.abort();
    this.#tus = null;
  }

  /** What cannot be taken back now expires on the server by itself. */
  async #takeBack(url: string | null): Promise<void> {
    if (url === null) return;
    await this.#forget();
    const { Upload: Tus } = await import('tus-js-client');
    await Tus.terminate(url, this.#requestOptions()).catch(() => undefined);
  }

  async #remember(): Promise<void> {
    const url = this.#url;
    if (url !== null) await this.#memory?.write({ url, sent: this.#reader.sent });
  }

  async #forget(): Promise<void> {
    this.#url = null;
    await this.#memory?.write(null);
  }
}

function idIn(url: string): string {
  return url.slice(url.lastIndexOf('/') + 1);
}
