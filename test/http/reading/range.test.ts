import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parseRange } from '../../../src/http/reading/range.ts';

/** RFC 9110 section 14.1.2 explains its examples on a representation of 10000 bytes. */
const SIZE = 10_000;

it.each([
  ['the first 500 bytes', 'bytes=0-499', 0, 499],
  ['the second 500 bytes', 'bytes=500-999', 500, 999],
  ['the final 500 bytes', 'bytes=-500', 9500, 9999],
  ['the final 500 bytes, another way', 'bytes=9500-', 9500, 9999],
  ['the first byte', 'bytes=0-0', 0, 0],
  ['the last byte', 'bytes=-1', 9999, 9999],
  ['everything', 'bytes=0-', 0, 9999],
  ['an end beyond the file', 'bytes=9990-20000', 9990, 9999],
  ['a suffix longer than the file', 'bytes=-20000', 0, 9999],
  ['an end too long for a number', `bytes=5-${'9'.repeat(400)}`, 5, 9999],
  ['a suffix too long for a number', `bytes=-${'9'.repeat(400)}`, 0, 9999],
  ['an end that no double holds exactly', 'bytes=0-9007199254740993', 0, 9999],
  ['leading zeros', 'bytes=0005-0009', 5, 9],
  ['the unit in capitals', 'Bytes=1-2', 1, 2],
  ['empty list elements', 'bytes= , 1-2 ,', 1, 2],
])('%s: %s', (_, header, start, end) => {
  expect(parseRange(header, SIZE)).toEqual({ start, end });
});

it.each([
  ['another unit', 'items=0-5'],
  ['several ranges', 'bytes=0-1,5-6'],
  ['several ranges that overlap', 'bytes=500-700,601-999'],
  ['an end before the start', 'bytes=5-4'],
  ['no number', 'bytes=-'],
  ['no range', 'bytes='],
  ['only commas', 'bytes=,,'],
  ['no unit', '0-5'],
  ['nothing', ''],
  ['a sign', 'bytes=+1-2'],
  ['a negative start', 'bytes=-1-2'],
  ['hexadecimal', 'bytes=0x1-0x2'],
  ['a fraction', 'bytes=1.5-2'],
  ['a space inside', 'bytes=1 -2'],
  ['a space before =', 'bytes =1-2'],
  ['other digits than ASCII', 'bytes=١-٢'],
  ['a second line', 'bytes=1-2\n3'],
])('%s is ignored', (_, header) => {
  expect(parseRange(header, SIZE)).toBe('ignored');
});

it.each([
  ['a start at the end', 'bytes=10000-', SIZE],
  ['a start beyond the end', 'bytes=20000-30000', SIZE],
  ['a start too long for a number', `bytes=${'9'.repeat(400)}-`, SIZE],
  ['the last 0 bytes', 'bytes=-0', SIZE],
  ['an empty file from its start', 'bytes=0-', 0],
  ['the last 0 bytes of an empty file', 'bytes=-0', 0],
])('%s cannot be satisfied', (_, header, size) => {
  expect(parseRange(header, size)).toBe('unsatisfiable');
});

it('ignores the last bytes of an empty file, which no Content-Range can express', () => {
  expect(parseRange('bytes=-5', 0)).toBe('ignored');
});

it('never leaves the file, whatever it is asked', () => {
  const number = fc.oneof(fc.nat(200).map(String), fc.bigInt({ min: 0n }).map(String), fc.constant(''));
  fc.assert(
    fc.property(number, number, fc.nat(200), (first, last, size) => {
      const range = parseRange(`bytes=${first}-${last}`, size);
      if (typeof range === 'string') return;
      expect(range.start).toBeGreaterThanOrEqual(0);
      expect(range.end).toBeGreaterThanOrEqual(range.start);
      expect(range.end).toBeLessThan(size);
    }),
  );
});
