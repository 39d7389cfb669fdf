import { useState } from 'preact/hooks';

export interface Submission {
  /** For a form's `onSubmit`, or to call as it is. */
  readonly submit: (event?: Event) => void;
  readonly busy: boolean;
  readonly error: Error | null;
}

/** Sends a form once at a time, and keeps what went wrong. */
export function useSubmit(send: () => Promise<void>): Submission {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<Error | null>(null);
  const submit = (event?: Event) => {
    event?.preventDefault();
    if (busy) return;
    setBusy(true);
    setError(null);
    send()
      .catch((reason: unknown) => setError(reason instanceof Error ? reason : new Error(String(reason))))
      .finally(() => setBusy(false));
  };
  return { submit, busy, error };
}
