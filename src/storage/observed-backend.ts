import type { Readable } from 'node:stream';
import { AppError } from '../lib/errors.ts';
import type { Backend, ByteRange, PutOptions, StoredObject } from './backend.ts';

export type BackendOperation = 'put' | 'link' | 'get' | 'delete' | 'exists' | 'stat' | 'ping';

export interface BackendCall {
  readonly backend: string;
  readonly operation: BackendOperation;
  readonly seconds: number;
  /** The backend's own trouble; null when there was none, also where the object was missing or the body broke off. */
  readonly trouble: string | null;
}

export type ObserveBackend = (call: BackendCall) => void;

/** Reports how long each call of a backend took and whether it failed, and changes nothing about it. */
export class ObservedBackend implements Backend {
  readonly #name: string;
  readonly #inner: Backend;
  readonly #observe: ObserveBackend;

  constructor(name: string, inner: Backend, observe: ObserveBackend) {
    this.#name = name;
    this.#inner = inner;
    this.#observe = observe;
  }

  put(
    bucket: string,
    key: string,
    body: AsyncIterable<Uint8Array>,
    options?: PutOptions,
  ): Promise<{ readonly size: number }> {
    return this.#timed('put', () => this.#inner.put(bucket, key, body, options));
  }

  link(bucket: string, key: string, path: string): Promise<boolean> {
    return this.#timed('link', () => this.#inner.link(bucket, key, path));
  }

  get(bucket: string, key: string, range?: ByteRange): Promise<Readable> {
    return this.#timed('get', () => this.#inner.get(bucket, key, range));
  }

  delete(bucket: string, key: string): Promise<void> {
    return this.#timed('delete', () => this.#inner.delete(bucket, key));
  }

  exists(bucket: string, key: string): Promise<boolean> {
    return this.#timed('exists', () => this.#inner.exists(bucket, key));
  }

  stat(bucket: string, key: string): Promise<StoredObject | null> {
    return this.#timed('stat', () => this.#inner.stat(bucket, key));
  }

  list(bucket: string): AsyncIterable<StoredObject> {
    return this.#inner.list(bucket);
  }

  countAbandoned(before: number): Promise<number> {
    return this.#inner.countAbandoned(before);
  }

  removeAbandoned(before: number): Promise<number> {
    return this.#inner.removeAbandoned(before);
  }

  ping(): Promise<void> {
    return this.#timed('ping', () => this.#inner.ping());
  }

  close(): Promise<void> {
    return this.#inner.close();
  }

  async #timed<T>(operation: BackendOperation, call: () => Promise<T>): Promise<T> {
    const start = performance.now();
    let trouble: string | null = null;
    try {
      return await call();
    } catch (error) {
      trouble = troubleOf(error);
      throw error;
    } finally {
      const seconds = (performance.now() - start) / 1000;
      this.#observe({ backend: this.#name, operation, seconds, trouble });
    }
  }
}

function troubleOf(error: unknown): string | null {
  const isBackends =
    error instanceof AppError && (error.code === 'BACKEND_UNAVAILABLE' || error.code === 'STORAGE_FULL');
  return isBackends ? error.code : null;
}
