import { parse } from 'content-disposition';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { contentDisposition } from '../../../src/http/reading/content-disposition.ts';

it.each([
  ['report.pdf', 'attachment; filename=report.pdf'],
  ['annual report.pdf', 'attachment; filename="annual report.pdf"'],
  ['a"b.txt', String.raw`attachment; filename="a\"b.txt"`],
  ['a;b=c,d.txt', 'attachment; filename="a;b=c,d.txt"'],
  ['€ rates.txt', `attachment; filename="? rates.txt"; filename*=UTF-8''%E2%82%AC%20rates.txt`],
  ['100%25.txt', `attachment; filename=100%25.txt; filename*=UTF-8''100%2525.txt`],
  ['x', 'attachment; filename=x'],
])('%s → %s', (name, header) => {
  expect(contentDisposition('attachment', name)).toBe(header);
});

it('says inline for what is to be shown', () => {
  expect(contentDisposition('inline', 'a.png')).toBe('inline; filename=a.png');
});

it.each([
  ['emoji, with joiners', '👨‍👩‍👧.png'],
  ['Hebrew', 'דוח.pdf'],
  ['Arabic with direction marks', 'تقرير\u200f.pdf'],
  ['a quote and an umlaut', '"ü".txt'],
  ['something that looks like the other parameter', `x"; filename*=UTF-8''evil.exe; y="ü`],
  ['percent signs', '%41%zz%.txt'],
  ['apostrophes and stars', `it's *ü*.txt`],
])('a client reads back a name with %s', (_, name) => {
  expect(parse(contentDisposition('attachment', name)).parameters.filename).toBe(name);
});

it('puts no byte into the header that could end it, whatever the name', () => {
  const name = fc.string({ unit: 'binary', maxLength: 60 });
  fc.assert(
    fc.property(name, (text) => {
      expect(contentDisposition('inline', text)).toMatch(/^inline; filename[\x20-\x7e]*$/);
    }),
  );
  for (const text of ['a\r\nSet-Cookie: b', 'a\0b', 'half \ud800 of a pair', 'a\u2028b']) {
    expect(contentDisposition('inline', text)).toMatch(/^inline; filename[\x20-\x7e]*$/);
  }
});
