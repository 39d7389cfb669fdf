import { useLayoutEffect, useState } from 'preact/hooks';

type Listener = () => void;

/** A value that components watch. */
export class Store<T> {
  #value: T;
  readonly #listeners = new Set<Listener>();

  constructor(value: T) {
    this.#value = value;
  }

  get value(): T {
    return this.#value;
  }

  set(value: T): void {
    if (Object.is(value, this.#value)) return;
    this.#value = value;
    for (const listener of [...this.#listeners]) listener();
  }

  update(change: (value: T) => T): void {
    this.set(change(this.#value));
  }

  subscribe(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }
}

/** The store's value, and a new rendering whenever it changes. */
export function useStore<T>(store: Store<T>): T {
  const [, render] = useState({});
  const { value } = store;
  // An effect would come after the next frame, and miss what changes until then.
  useLayoutEffect(() => {
    const stop = store.subscribe(() => render({}));
    if (!Object.is(value, store.value)) render({});
    return stop;
  }, [store]);
  return value;
}
