import type { Api } from './api.ts';
import type { FileObject } from './file-types.ts';
import { filesPath } from './paths.ts';
import { progressFetch } from './progress-fetch.ts';
import type { Fetch } from './transport.ts';
import type { UploadEngine, UploadEvents } from './upload-engine.ts';
import type { Upload } from './upload-source.ts';

/** Sends a file in one request. Stopped, it begins again. */
export class PlainUpload implements UploadEngine {
  readonly #api: Api;
  readonly #upload: Upload;
  readonly #events: UploadEvents;
  readonly #via: Fetch | undefined;
  #running: AbortController | null = null;

  /** `fetch` is given when somebody wants to know of the progress. */
  constructor(api: Api, upload: Upload, events: UploadEvents, fetch: Fetch | undefined) {
    this.#api = api;
    this.#upload = upload;
    this.#events = events;
    this.#via = fetch && progressFetch(fetch, events.onProgress);
  }

  start(): void {
    const controller = new AbortController();
    this.#running = controller;
    void this.#send(controller.signal).then(
      (file) => this.#events.onDone(file),
      (error: unknown) => {
        if (!controller.signal.aborted) this.#events.onError(error);
      },
    );
  }

  stop(): void {
    this.#running?.abort();
  }

  async discard(): Promise<void> {
    this.stop();
  }

  #send(signal: AbortSignal): Promise<FileObject> {
    const { bucket, content, name, path, metadata } = this.#upload;
    return this.#api.json<FileObject>({
      method: 'PUT',
      path: filesPath(bucket),
      query: { name, path, metadata },
      body: content,
      headers: { 'content-type': 'application/octet-stream' },
      signal,
      via: this.#via,
    });
  }
}
