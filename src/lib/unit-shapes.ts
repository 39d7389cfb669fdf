import { z } from 'zod';
import { parseByteSize } from './byte-size.ts';
import { formatDuration, parseDuration } from './duration.ts';

/** 24 days in milliseconds: Node's timers hold 2^31 - 1 (24.8 days) and fire at once beyond it. */
export const LONGEST_TIMER = 24 * 86_400_000;

/** A size of at least one byte, as written in YAML; yields bytes. */
export const byteSize = z.unknown().transform((written, context) => {
  const bytes = isScalar(written) ? parseByteSize(written) : null;
  if (bytes !== null && bytes > 0) return bytes;
  return refuse(
    context,
    'must be a size of at least 1 byte',
    'write it as 5242880, 5MB (10^6) or 5MiB (2^20)',
  );
});

/** A time span from `min` to `max` milliseconds, as written in YAML; yields milliseconds. */
export function duration({ min = 1, max = Number.MAX_SAFE_INTEGER }: { min?: number; max?: number } = {}) {
  return z.unknown().transform((written, context) => {
    const milliseconds = isScalar(written) ? parseDuration(written) : null;
    if (milliseconds === null) {
      return refuse(context, 'must be a duration with a unit', 'write it as 90s, 15m, 1h30m, 7d or 500ms');
    }
    if (milliseconds < min)
      return refuse(context, min === 1 ? 'must be more than 0s' : `must be at least ${formatDuration(min)}`);
    return milliseconds <= max ? milliseconds : refuse(context, `must be at most ${formatDuration(max)}`);
  });
}

function isScalar(written: unknown): written is string | number {
  return typeof written === 'string' || typeof written === 'number';
}

/** Fails a transform with a message and what to do about it. */
export function refuse(context: z.core.$RefinementCtx, message: string, hint?: string): never {
  context.addIssue({ code: 'custom', message, ...(hint !== undefined && { params: { hint } }) });
  return z.NEVER;
}
