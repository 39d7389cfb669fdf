/** Makes a call with a signal that aborts when it has not settled within `limit` ms, its retries included. */
export async function withDeadline<T>(limit: number, call: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const deadline = new AbortController();
  const timer = setTimeout(() => deadline.abort(), limit);
  try {
    return await call(deadline.signal);
  } finally {
    clearTimeout(timer);
  }
}
