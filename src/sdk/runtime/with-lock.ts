interface Locks {
  request<T>(name: string, run: () => Promise<T>): Promise<T>;
}

/** Runs alone among the tabs of a browser, where the Web Locks API is there to see to it. */
export function withLock<T>(name: string, run: () => Promise<T>): Promise<T> {
  const scope = globalThis as { navigator?: { locks?: Locks } };
  return scope.navigator?.locks?.request(name, run) ?? run();
}
