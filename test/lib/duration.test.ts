import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatDuration, parseDuration } from '../../src/lib/duration.ts';

describe('parseDuration', () => {
  it.each([
    ['90s', 90_000],
    ['15m', 900_000],
    ['24h', 86_400_000],
    ['7d', 604_800_000],
    ['500ms', 500],
    ['1h30m', 5_400_000],
    ['1.5h', 5_400_000],
    ['1.1s', 1_100],
    ['0s', 0],
    ['0', 0],
    [0, 0],
  ])('reads %j as %d ms', (written, milliseconds) => {
    expect(parseDuration(written)).toBe(milliseconds);
  });

  it.each([
    '',
    '90',
    90,
    '-1s',
    -1,
    '1 h',
    ' 1h',
    '1h ',
    '1.5ms',
    '1y',
    'h',
    '1h30',
    '.5h',
    '1.h',
    '1e3s',
    NaN,
    '99999999999999d',
  ])('refuses %j', (written) => {
    expect(parseDuration(written)).toBeNull();
  });

  it('never yields anything but a safe whole number or null', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string(), fc.stringMatching(/^(\d{1,9}(\.\d{1,4})?(ms|s|m|h|d)){1,3}$/), fc.double()),
        (written) => {
          const milliseconds = parseDuration(written);
          expect(milliseconds === null || (Number.isSafeInteger(milliseconds) && milliseconds >= 0)).toBe(
            true,
          );
        },
      ),
    );
  });
});

describe('formatDuration', () => {
  it.each([
    [0, '0s'],
    [500, '500ms'],
    [5_400_000, '1h30m'],
    [604_800_000, '7d'],
  ])('writes %d ms as %s', (milliseconds, written) => {
    expect(formatDuration(milliseconds)).toBe(written);
  });

  it('writes what parseDuration reads back', () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), (milliseconds) => {
        expect(parseDuration(formatDuration(milliseconds))).toBe(milliseconds);
      }),
    );
  });
});
