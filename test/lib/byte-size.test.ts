import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseByteSize } from '../../src/lib/byte-size.ts';

const FACTORS = {
  B: 1,
  kB: 1e3,
  KB: 1e3,
  MB: 1e6,
  GB: 1e9,
  TB: 1e12,
  KiB: 2 ** 10,
  MiB: 2 ** 20,
  GiB: 2 ** 30,
  TiB: 2 ** 40,
};

describe('parseByteSize', () => {
  it.each([
    [5242880, 5242880],
    ['5242880', 5242880],
    ['5MB', 5_000_000],
    ['5MiB', 5_242_880],
    ['5 MiB', 5_242_880],
    ['5mib', 5_242_880],
    ['1.5GiB', 1_610_612_736],
    ['1.1MB', 1_100_000],
    ['0.5KiB', 512],
    [0, 0],
    ['0', 0],
    ['8191TiB', 8191 * 2 ** 40],
    [Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER],
  ])('reads %j as %d bytes', (written, bytes) => {
    expect(parseByteSize(written)).toBe(bytes);
  });

  it.each([
    '',
    ' ',
    '-1',
    -1,
    '1.5',
    1.5,
    '0.3KiB',
    '5M',
    '5 apples',
    '5  MiB',
    ' 5MiB',
    '5MiB ',
    '.5MiB',
    '5.MiB',
    '1e3',
    '0x10',
    '5iB',
    '8192TiB',
    '9007199254740992',
    9007199254740992,
    NaN,
    Infinity,
    '٥MB',
  ])('refuses %j', (written) => {
    expect(parseByteSize(written)).toBeNull();
  });

  it('multiplies every whole number by its unit', () => {
    const unit = fc.constantFrom(...(Object.keys(FACTORS) as (keyof typeof FACTORS)[]));
    fc.assert(
      fc.property(fc.nat(8000), unit, fc.constantFrom('', ' '), (count, name, space) => {
        expect(parseByteSize(`${count}${space}${name}`)).toBe(count * FACTORS[name]);
      }),
    );
  });

  it('never yields anything but a safe whole number or null', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string(), fc.stringMatching(/^\d{1,20}(\.\d{1,9})? ?[KMGT]?i?B?$/), fc.double()),
        (written) => {
          const bytes = parseByteSize(written);
          expect(bytes === null || (Number.isSafeInteger(bytes) && bytes >= 0)).toBe(true);
        },
      ),
    );
  });
});
