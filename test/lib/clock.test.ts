import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toTimestamp } from '../../src/lib/clock.ts';

describe('a timestamp', () => {
  it('is what Date writes, for every millisecond that Date knows', () => {
    const last = 8.64e15; // the first millisecond of its day
    const times = fc.integer({ min: -last, max: last });
    const sameDay = fc.integer({ min: 0, max: 86_399_999 });
    fc.assert(
      fc.property(times, sameDay, (time, later) => {
        for (const ms of [time, Math.min(last, Math.floor(time / 86_400_000) * 86_400_000 + later)]) {
          expect(toTimestamp(ms)).toBe(new Date(ms).toISOString());
        }
      }),
    );
  });

  it.each([0, -1, 1.9, -1.9, 999, 86_399_999, 86_400_000, Date.UTC(2024, 1, 29, 23, 59, 59, 999)])(
    'of %s',
    (ms) => {
      expect(toTimestamp(ms)).toBe(new Date(ms).toISOString());
    },
  );

  it('of what is no time is refused, whatever was asked before', () => {
    expect(toTimestamp(0)).toBe('1970-01-01T00:00:00.000Z');
    expect(() => toTimestamp(NaN)).toThrow(RangeError);
    expect(() => toTimestamp(8.64e15 + 86_400_000)).toThrow(RangeError);
    expect(toTimestamp(1)).toBe('1970-01-01T00:00:00.001Z');
  });
});
