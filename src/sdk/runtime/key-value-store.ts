/** Where a session and the addresses and digests of unfinished uploads are kept. `localStorage` is one. */
export interface KeyValueStore {
  getItem(key: string): string | null | Promise<string | null>;
  setItem(key: string, value: string): void | Promise<void>;
  removeItem(key: string): void | Promise<void>;
}

/** Forgets everything with the page or process. */
export function memoryStore(): KeyValueStore {
  const items = new Map<string, string>();
  return {
    getItem: (key) => items.get(key) ?? null,
    setItem: (key, value) => void items.set(key, value),
    removeItem: (key) => void items.delete(key),
  };
}

/** `localStorage` in a page that may use it, else memory. */
export function defaultStore(): KeyValueStore {
  const scope = globalThis as { document?: unknown; localStorage?: KeyValueStore };
  if (scope.document === undefined) return memoryStore();
  try {
    return scope.localStorage ?? memoryStore();
  } catch {
    return memoryStore(); // a page may be forbidden to store anything
  }
}
