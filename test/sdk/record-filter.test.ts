import { describe, expect, it } from 'vitest';
import { encodeFilter } from '../../src/sdk/runtime/record-filter.ts';

describe('a filter', () => {
  it.each<[string, object | undefined, string[] | null]>([
    ['nothing', undefined, []],
    ['no condition', {}, []],
    ['a plain value', { title: 'a:b,c' }, ['title:eq:a:b,c']],
    ['an empty text', { title: '' }, ['title:eq:']],
    ['null', { title: null }, ['title:is_null']],
    ['being null', { title: { eq: null } }, ['title:is_null']],
    ['not being null', { title: { ne: null } }, ['title:not_null']],
    [
      'several conditions',
      { views: { gte: 1, lt: 5.5 }, pinned: false },
      ['views:gte:1', 'views:lt:5.5', 'pinned:eq:false'],
    ],
    ['a time', { at: { gt: new Date(0) } }, ['at:gt:1970-01-01T00:00:00.000Z']],
    ['one of several', { id: { in: ['a', 'b:c'] } }, ['id:in:a,b:c']],
    ['one of none', { title: 'x', id: { in: [] } }, null],
    ['what is undefined', { title: undefined, views: { gt: undefined, lt: 3 } }, ['views:lt:3']],
    ['a list', [{ t: { like: 'a%' } }, { t: { like: '%b' } }], ['t:like:a%', 't:like:%b']],
  ])('of %s', (_, filter, terms) => {
    expect(encodeFilter(filter)).toEqual(terms);
  });

  it('refuses a text with a comma among several, which the API could not tell apart', () => {
    expect(() => encodeFilter({ title: { in: ['a', 'b,c'] } })).toThrow('so "b,c" cannot be one');
  });
});
