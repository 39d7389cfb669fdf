import { AppError } from '../lib/errors.ts';

/**
 * A backend that cannot serve, or has no space left. The message names the backend, its hosts and what to do there: it is
 * for the log, `stats` and commands. A client, who may be anybody, can do nothing with it, and is told less.
 */
export class BackendError extends AppError {
  /** What is wrong with it, as the rest of a sentence. */
  readonly reason: string;
  readonly #forClients: string;

  private constructor(
    code: 'BACKEND_UNAVAILABLE' | 'STORAGE_FULL',
    texts: { readonly message: string; readonly reason: string; readonly forClients: string },
    cause: unknown,
  ) {
    super(code, texts.message, undefined, cause === undefined ? {} : { cause });
    this.reason = texts.reason;
    this.#forClients = texts.forClients;
  }

  override get forClients(): string {
    return this.#forClients;
  }

  static unavailable(backend: string, reason: string, cause?: unknown): BackendError {
    const message = `The storage backend "${backend}" cannot serve: ${reason}.`;
    const forClients = 'The storage cannot serve this just now; try again.';
    return new BackendError('BACKEND_UNAVAILABLE', { message, reason, forClients }, cause);
  }

  static full(backend: string, cause: unknown): BackendError {
    const message = `The storage backend "${backend}" is full.`;
    const forClients = 'There is no space left in the storage.';
    return new BackendError('STORAGE_FULL', { message, reason: 'it is full', forClients }, cause);
  }
}
