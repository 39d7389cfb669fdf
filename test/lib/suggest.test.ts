import { expect, it } from 'vitest';
import { suggest } from '../../src/lib/suggest.ts';

const KEYS = ['rules', 'backend', 'max_file_size', 'max_total_size', 'allowed_types', 'on_delete'];

it.each([
  ['rulez', 'rules'],
  ['rule', 'rules'],
  ['rulse', 'rules'],
  ['bakcend', 'backend'],
  ['maxFileSize', 'max_file_size'],
  ['max-file-size', 'max_file_size'],
  ['MAX_TOTAL_SIZE', 'max_total_size'],
  ['onDelete', 'on_delete'],
  ['allowd_typs', 'allowed_types'],
])('takes %s for %s', (word, meant) => {
  expect(suggest(word, KEYS)).toBe(meant);
});

it.each(['', 'x', 'colour', 'completely_different', 'ru'])('has no guess for %j', (word) => {
  expect(suggest(word, KEYS)).toBeUndefined();
});
