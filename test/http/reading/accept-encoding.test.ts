import { expect, it } from 'vitest';
import { accepts } from '../../../src/http/reading/accept-encoding.ts';

it.each([
  ['zstd', 'zstd'],
  ['gzip, deflate, br, zstd', 'zstd'],
  ['gzip;q=1.0, identity; q=0.5, *;q=0', 'gzip'],
  ['compress;q=0.5, gzip;q=1.0', 'gzip'],
  ['x-gzip', 'gzip'],
  ['GZIP', 'gzip'],
  ['br\t;\tq=0.8 ,\tzstd ; Q=0.001', 'zstd'],
  [', ,gzip,', 'gzip'],
  [['br', 'gzip'], 'gzip'],
  ['nonsense;;, gzip', 'gzip'],
] as const)('%j names %s', (header, coding) => {
  expect(accepts(header, coding)).toBe(true);
});

it.each([
  ['no header', undefined, 'zstd'],
  ['an empty one', '', 'gzip'],
  ['only others', 'br, deflate', 'gzip'],
  ['the other one', 'gzip', 'zstd'],
  ['everything, which names nothing', '*', 'zstd'],
  ['a weight of 0', 'gzip;q=0', 'gzip'],
  ['a weight of 0.000', 'zstd;q=0.000', 'zstd'],
  ['a refusal before a wish', 'gzip;q=0, gzip', 'gzip'],
  ['a refusal beside everything', '*, zstd;q=0', 'zstd'],
  ['a longer word', 'gzipped', 'gzip'],
  ['a weight above 1', 'gzip;q=1.1', 'gzip'],
  ['a weight with four digits', 'gzip;q=0.1234', 'gzip'],
  ['a negative weight', 'gzip;q=-1', 'gzip'],
  ['a weight that is no number', 'gzip;q=high', 'gzip'],
  ['another parameter', 'gzip;level=9', 'gzip'],
  ['no x-zstd, which does not exist', 'x-zstd', 'zstd'],
] as const)('%s does not accept the coding', (_, header, coding) => {
  expect(accepts(header, coding)).toBe(false);
});
