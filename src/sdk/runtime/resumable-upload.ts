import type { UploadOptions as TusOptions, Upload as TusUpload } from 'tus-js-client';
import { AlyxError, isAlyxError } from './alyx-error.ts';
import type { Api } from './api.ts';
import { openBlob } from './blob-reader.ts';
import type { FileObject } from './file-types.ts';
import { fingerprint } from './fingerprint.ts';
import type { KeyValueStore } from './key-value-store.ts';
import { filesPath } from './paths.ts';
import { isTransient, toAlyxError } from './tus-failure.ts';
import type { UploadEngine, UploadEvents } from './upload-engine.ts';
import type { Upload } from './upload-source.ts';

export interface ResumableSettings {
  readonly chunkSize: number;
  /** Waits before each further attempt, in milliseconds. */
  readonly retryDelays: readonly number[];
  /** Keeps the addresses of unfinished uploads. */
  readonly store: KeyValueStore;
}

/**
 * Sends a file in chunks by the TUS protocol. The upload's address is kept until it is complete, so that another
 * page or process finds it again and goes on.
 */
export class ResumableUpload implements UploadEngine {
  readonly #api: Api;
  readonly #upload: Upload;
  readonly #content: Blob;
  readonly #events: UploadEvents;
  readonly #settings: ResumableSettings;
  /** One for every start: what an earlier one still has on its way must not go on beside it. */
  #tus: TusUpload | null = null;
  #url: string | null = null;
  #key = '';
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
    if (!this.#opening) await this.#takeBack();
  }

  async #open(): Promise<void> {
    const { Upload: Tus } = await import('tus-js-client');
    const { transport } = this.#api;
    this.#key ||= `alyx.upload ${transport.url} ${await fingerprint(this.#content, this.#upload)}`;
    this.#url ??= await this.#settings.store.getItem(this.#key);
    if (this.#stopped) {
      this.#opening = false;
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
    return {
      ...this.#requestOptions(),
      endpoint: `${this.#api.transport.url}${filesPath(this.#upload.bucket, 'tus')}`,
      uploadUrl: this.#url,
      metadata: this.#metadata(),
      chunkSize,
      retryDelays: [...retryDelays],
      onShouldRetry: isTransient,
      storeFingerprintForResuming: false,
      fingerprint: async () => '',
      fileReader: { openFile: openBlob },
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
        if (isCurrent()) this.#fail(toAlyxError(error));
      },
    };
  }

  /** Every request carries the token of its time; one that has expired is renewed, and the request made again. */
  #requestOptions(): Pick<TusOptions, 'onBeforeRequest' | 'onAfterResponse'> {
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
    this.#url = tus.url;
    void this.#remember(tus.url);
    if (this.#stopped) this.#close();
    if (this.#discarded) void this.#takeBack();
  }

  async #finish(id: string): Promise<void> {
    const file = await this.#file(id).catch((error: unknown) => {
      // Not to be seen is no reason to keep looking for it; not to be reached is.
      if (error instanceof AlyxError && error.status >= 400 && error.status < 500) void this.#remember(null);
      throw error;
    });
    await this.#remember(null);
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
  async #takeBack(): Promise<void> {
    const url = this.#url;
    if (url === null) return;
    await this.#remember(null);
    const { Upload: Tus } = await import('tus-js-client');
    await Tus.terminate(url, this.#requestOptions()).catch(() => undefined);
  }

  /** A store that is full or forbidden costs the upload no more than being found again. */
  async #remember(url: string | null): Promise<void> {
    const { store } = this.#settings;
    try {
      if (url === null) await store.removeItem(this.#key);
      else await store.setItem(this.#key, url);
    } catch {
      // as said above
    }
  }
}

function idIn(url: string): string {
  return url.slice(url.lastIndexOf('/') + 1);
}
