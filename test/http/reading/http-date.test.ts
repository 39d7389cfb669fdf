import { expect, it } from 'vitest';
import { parseHttpDate } from '../../../src/http/reading/http-date.ts';

/** RFC 9110 section 5.6.7: its own three spellings of one moment. */
const MOMENT = Date.UTC(1994, 10, 6, 8, 49, 37) / 1000;
const NOW = Date.UTC(2026, 10, 24);

it.each(['Sun, 06 Nov 1994 08:49:37 GMT', 'Sunday, 06-Nov-94 08:49:37 GMT', 'Sun Nov  6 08:49:37 1994'])(
  'reads %s',
  (text) => {
    expect(parseHttpDate(text, NOW)).toBe(MOMENT);
  },
);

it('reads back what JavaScript writes', () => {
  const date = new Date(Date.UTC(2026, 1, 28, 23, 59, 59));
  expect(parseHttpDate(date.toUTCString())).toBe(date.getTime() / 1000);
});

it.each([
  ['Saturday, 24-Nov-76 00:00:00 GMT', 2076],
  ['Saturday, 24-Nov-77 00:00:00 GMT', 1977],
  ['Saturday, 24-Nov-26 00:00:00 GMT', 2026],
])('places the two-digit year of %s in %i', (text, year) => {
  const seconds = parseHttpDate(text, NOW);
  expect(seconds).not.toBeNull();
  expect(new Date(Number(seconds) * 1000).getUTCFullYear()).toBe(year);
});

it('takes a leap second for the second after it', () => {
  expect(parseHttpDate('Sat, 31 Dec 2016 23:59:60 GMT')).toBe(Date.UTC(2017, 0, 1) / 1000);
});

it.each([
  '',
  '0',
  'now',
  '2026-11-24T00:00:00Z',
  'Sun, 06 Nov 1994 08:49:37',
  'Sun, 06 Nov 1994 08:49:37 UTC',
  'Sun, 06 Nov 1994 08:49:37 +0000',
  'sun, 06 nov 1994 08:49:37 gmt',
  'Sun, 6 Nov 1994 08:49:37 GMT',
  'Sun, 31 Nov 1994 08:49:37 GMT',
  'Wed, 29 Feb 2023 00:00:00 GMT',
  'Sun, 00 Nov 1994 08:49:37 GMT',
  'Sun, 06 Nov 1994 24:00:00 GMT',
  'Sun, 06 Nov 1994 08:60:37 GMT',
  'Sun, 06 Nov 1994 08:49:61 GMT',
  'Sun, 06 Foo 1994 08:49:37 GMT',
  'Sun, 06 Nov 1994 08:49:37 GMT; length=1',
])('finds no date in %j', (text) => {
  expect(parseHttpDate(text, NOW)).toBeNull();
});
