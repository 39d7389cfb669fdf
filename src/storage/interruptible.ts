/**
 * Yields what `body` yields until `signal` aborts; then throws the signal's reason at once, even while `body`
 * keeps silent, as a stalled client's does.
 */
export async function* interruptible(
  body: AsyncIterable<Uint8Array>,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const iterator = body[Symbol.asyncIterator]();
  let interrupt: (reason: unknown) => void = () => undefined;
  const onAbort = (): void => interrupt(signal.reason);
  signal.addEventListener('abort', onAbort);
  try {
    for (;;) {
      signal.throwIfAborted();
      // Not Promise.race with one promise for the signal: that would keep a reaction for every chunk.
      const step = await new Promise<IteratorResult<Uint8Array>>((resolve, reject) => {
        interrupt = reject;
        iterator.next().then(resolve, reject);
      });
      if (step.done === true) return;
      yield step.value;
    }
  } finally {
    signal.removeEventListener('abort', onAbort);
    // Not awaited: a generator that waits inside next() answers return() only afterwards.
    iterator.return?.().catch(() => undefined);
  }
}

/** A controller of one's own that also aborts when `signal` does; `release` lets go of `signal`, which may live long. */
export function stopWith(signal: AbortSignal | undefined): { stop: AbortController; release: () => void } {
  const stop = new AbortController();
  const onAbort = (): void => stop.abort(signal?.reason);
  if (signal?.aborted === true) onAbort();
  signal?.addEventListener('abort', onAbort);
  return { stop, release: () => signal?.removeEventListener('abort', onAbort) };
}
