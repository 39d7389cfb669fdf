import { useCallback, useEffect, useRef, useState } from 'preact/hooks';

export interface Loaded<T> {
  /** What came last; stays while it is loaded again. */
  readonly data: T | null;
  readonly error: Error | null;
  readonly loading: boolean;
  readonly reload: () => void;
}

/**
 * Loads when mounted and whenever `key` changes; an answer that comes too late is dropped. With `keepsLast`, what
 * another key brought stays until there is an answer.
 */
export function useLoad<T>(
  key: string,
  load: (signal: AbortSignal) => Promise<T>,
  keepsLast = false,
): Loaded<T> {
  const [state, setState] = useState<{ key: string; data: T | null; error: Error | null; loading: boolean }>({
    key,
    data: null,
    error: null,
    loading: true,
  });
  const [turn, setTurn] = useState(0);
  const latest = useRef(load);
  latest.current = load;

  useEffect(() => {
    const abort = new AbortController();
    setState((old) => {
      const kept = keepsLast || old.key === key ? old : { key, data: null };
      return { ...kept, error: null, loading: true };
    });
    latest.current(abort.signal).then(
      (data) => {
        if (!abort.signal.aborted) setState({ key, data, error: null, loading: false });
      },
      (error: unknown) => {
        if (abort.signal.aborted) return;
        const shown = error instanceof Error ? error : new Error(String(error));
        setState((old) => ({ key, data: old.key === key ? old.data : null, error: shown, loading: false }));
      },
    );
    return () => abort.abort();
  }, [key, turn]);

  const reload = useCallback(() => setTurn((value) => value + 1), []);
  const isCurrent = state.key === key;
  return {
    data: isCurrent || keepsLast ? state.data : null,
    error: isCurrent ? state.error : null,
    loading: state.loading || !isCurrent,
    reload,
  };
}
