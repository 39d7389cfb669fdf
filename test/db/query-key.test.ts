import { expect, it } from 'vitest';
import { queryKey } from '../../src/db/query-key.ts';

it('tells apart parameters that look alike', () => {
  const lists = [[1], [1n], ['1'], ['1n'], [null], ['null'], [true], [1, 1], ['1,1'], []];
  expect(new Set(lists.map((params) => queryKey('x = ?', params))).size).toBe(lists.length);
  expect(queryKey('x = ?', [1n, 'a'])).toBe(queryKey('x = ?', [1n, 'a']));
  expect(queryKey('x = ?', [1])).not.toBe(queryKey('y = ?', [1]));
});
