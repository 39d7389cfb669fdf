import { formatAge, formatExactTime, formatTime } from './format.ts';

/** A moment: its date, or how long ago, with the exact one on hover. */
export function Time({ at, age = false }: { readonly at: string; readonly age?: boolean }) {
  return (
    <time dateTime={at} title={formatExactTime(at)}>
      {age ? formatAge(at) : formatTime(at)}
    </time>
  );
}
