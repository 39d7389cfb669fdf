import { isAlyxError } from './alyx-error.ts';
import type { FileObject } from './file-types.ts';
import { aborted } from './transport.ts';
import type { UploadEngine, UploadEvents } from './upload-engine.ts';

export type UploadState = 'running' | 'paused' | 'done' | 'failed' | 'aborted';

interface Outcome<T> {
  readonly done: (value: T) => void;
  readonly failed: (error: unknown) => void;
}

/** An upload on its way: await it for the file that it becomes, or steer it meanwhile. */
export class UploadTask<B extends string> implements Promise<FileObject<B>> {
  readonly [Symbol.toStringTag] = 'UploadTask';
  readonly #result: Promise<FileObject<B>>;
  readonly #engine: UploadEngine | null;
  readonly #settle: Outcome<FileObject<B>>;
  #state: UploadState = 'running';

  /** `open` makes the engine, or throws why there can be none. */
  constructor(
    open: (events: Omit<UploadEvents, 'onProgress'>) => UploadEngine,
    signal: AbortSignal | undefined,
  ) {
    const { promise, ...settle } = withOutcome<FileObject<B>>();
    this.#result = promise;
    this.#settle = settle;
    this.#engine = this.#open(open);
    if (signal !== undefined) this.#heed(signal);
    if (this.#state === 'running') this.#engine?.start();
  }

  get state(): UploadState {
    return this.#state;
  }

  /** Stops sending. What is sent stays sent if the upload goes in chunks; else `resume` begins again. */
  pause(): void {
    if (this.#state !== 'running') return;
    this.#state = 'paused';
    this.#engine?.stop();
  }

  resume(): void {
    if (this.#state !== 'paused') return;
    this.#state = 'running';
    this.#engine?.start();
  }

  /** Gives up, and takes back what was sent; the task fails with ABORTED. */
  async abort(reason?: unknown): Promise<void> {
    if (this.#state !== 'running' && this.#state !== 'paused') return;
    this.#end('aborted', () => this.#settle.failed(aborted(reason)));
    await this.#engine?.discard();
  }

  then<T = FileObject<B>, E = never>(
    done?: ((file: FileObject<B>) => T | PromiseLike<T>) | null,
    failed?: ((error: unknown) => E | PromiseLike<E>) | null,
  ): Promise<T | E> {
    return this.#result.then(done, failed);
  }

  catch<E = never>(failed?: ((error: unknown) => E | PromiseLike<E>) | null): Promise<FileObject<B> | E> {
    return this.#result.catch(failed);
  }

  finally(run?: (() => void) | null): Promise<FileObject<B>> {
    return this.#result.finally(run);
  }

  #open(open: (events: Omit<UploadEvents, 'onProgress'>) => UploadEngine): UploadEngine | null {
    const onError = (error: unknown) => {
      this.#end(isAlyxError(error, 'ABORTED') ? 'aborted' : 'failed', () => this.#settle.failed(error));
    };
    const onDone = (file: FileObject) => {
      this.#end('done', () => this.#settle.done(file as FileObject<B>));
    };
    try {
      return open({ onDone, onError });
    } catch (error) {
      onError(error);
      return null;
    }
  }

  #heed(signal: AbortSignal): void {
    const give = () => void this.abort(signal.reason);
    if (signal.aborted) {
      give();
      return;
    }
    signal.addEventListener('abort', give, { once: true });
    const forget = () => signal.removeEventListener('abort', give);
    this.#result.then(forget, forget);
  }

  #end(state: UploadState, settle: () => void): void {
    this.#state = state;
    settle();
  }
}

/** Promise.withResolvers, which not every browser in use has. */
function withOutcome<T>(): Outcome<T> & { readonly promise: Promise<T> } {
  let outcome: Outcome<T> | null = null;
  const promise = new Promise<T>((done, failed) => (outcome = { done, failed }));
  return { promise, ...(outcome as unknown as Outcome<T>) };
}
