const UNITS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

const DURATION = /^(?:\d+(?:\.\d+)?(?:ms|s|m|h|d))+$/;
const PART = /(\d+)(?:\.(\d+))?(ms|s|m|h|d)/g;

/** Milliseconds in `"90s"`, `"1h30m"`, `"1.5h"`, `"7d"` or 0; null if it is none or not whole. */
export function parseDuration(duration: string | number): number | null {
  if (duration === 0 || duration === '0') return 0;
  if (typeof duration === 'number' || !DURATION.test(duration)) return null;
  let total = 0;
  for (const [, whole = '', fraction = '', unit] of duration.matchAll(PART)) {
    const scale = 10n ** BigInt(fraction.length);
    const product = BigInt(whole + fraction) * BigInt(UNITS[unit as keyof typeof UNITS]);
    total += product % scale === 0n ? Number(product / scale) : NaN;
  }
  return Number.isSafeInteger(total) ? total : null;
}

/** As `parseDuration` reads it back: 5400000 is `1h30m`, 0 is `0s`. */
export function formatDuration(milliseconds: number): string {
  let rest = milliseconds;
  let text = '';
  for (const unit of ['d', 'h', 'm', 's', 'ms'] as const) {
    const count = Math.floor(rest / UNITS[unit]);
    rest -= count * UNITS[unit];
    if (count > 0) text += `${count}${unit}`;
  }
  return text === '' ? '0s' : text;
}
