/** Milliseconds since the epoch. Passed in, so that tests decide what time it is. */
export type Clock = () => number;

export const systemClock: Clock = () => Date.now();

/** RFC 3339 UTC with milliseconds, the only form in which a time leaves the system. */
export function toTimestamp(ms: number): string {
  return new Date(ms).toISOString();
}
