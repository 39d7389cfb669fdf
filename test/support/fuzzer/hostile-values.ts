import type { SeededRandom } from '../seeded-random.ts';

/** Text that has broken somebody's server. */
const TEXTS = [
  '',
  ' ',
  '\t',
  '0',
  '-1',
  '-0',
  '1.5',
  '1e309',
  'NaN',
  'Infinity',
  '0x10',
  '9007199254740993',
  '٣',
  'null',
  'true',
  'undefined',
  '[]',
  '{}',
  '{"$gt":""}',
  '[object Object]',
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  '..',
  '.',
  '/',
  '//',
  '../../../etc/passwd',
  'C:\\con',
  '\u0000',
  'a\u0000b',
  '\u001b[31m',
  '\r\nX-Evil: 1',
  '\u2028',
  '\u202Eexe.txt',
  'ﬀ',
  'e\u0301',
  '😀',
  '\uFEFF',
  'a'.repeat(300),
  'b'.repeat(5000),
  "' OR 1=1 --",
  '";DROP TABLE x;',
  '%',
  '_',
  '*',
  '\\',
  "'",
  '"',
  '`',
  '{{7*7}}',
  '${7*7}',
  '<script>alert(1)</script>',
  'application/json',
  '*/*',
  'image/*',
  '-created_at',
  'name',
  '1970-01-01T00:00:00.000Z',
  '2026-02-30',
  '1h',
  '15m',
  '-1s',
  '99999999999999h',
  'bytes=0-',
  'bytes=-1',
  'bytes=9-1',
  'bytes=0-0,2-3',
  'W/"x"',
  '"x"',
  '*',
  'title:eq:x',
  'title:like:%',
  'id:in:',
  'stars:gt:x',
  'nope:eq:1',
  'title:contains:' + 'c'.repeat(3000),
  '-title,-title',
  'eyJpZCI6MX0',
  'filename ////',
  'filename,path',
  'a@b.c',
  'https://evil.example/',
];

/** What comes in the place of a character that cannot stand in an address: bytes that are no UTF-8, and half escapes. */
const RAW = ['%', '%zz', '%00', '%2e%2e%2f', '%ED%A0%80', '%FF%FE', '%2F', ';', '?', '&', '+'];

export function hostileText(random: SeededRandom): string {
  return random.chance(0.1) ? random.bytes(random.below(200)).toString('latin1') : random.pick(TEXTS);
}

/** For an address: sometimes escaped as it should be, sometimes as nobody should. */
export function hostileEscaped(random: SeededRandom): string {
  return random.chance(0.2) ? random.pick(RAW) : encodeURIComponent(hostileText(random));
}

/** What HTTP lets stand in a header. */
export function hostileHeader(random: SeededRandom): string {
  return hostileText(random).replaceAll(/[^\t\x20-\x7e\x80-\xff]/g, '');
}

export function hostileJson(random: SeededRandom): unknown {
  const choices: (() => unknown)[] = [
    () => null,
    () => random.chance(0.5),
    () => random.pick([0, -1, 1.5, 2 ** 53, -(2 ** 63), 1e308, 5e-324]),
    () => hostileText(random),
    () => hostileText(random),
    () => [],
    () => ({}),
    () => Array.from({ length: 1 + random.below(2000) }, () => hostileText(random).slice(0, 20)),
    () => nested(1 + random.below(60)),
    () => JSON.parse('{"__proto__":{"admin":true},"constructor":{"prototype":{}}}') as unknown,
  ];
  return random.pick(choices)();
}

function nested(depth: number): unknown {
  let value: unknown = 1;
  for (let level = 0; level < depth; level += 1) value = level % 2 === 0 ? [value] : { a: value };
  return value;
}
