import { describe, expect, it } from 'vitest';
import { checkMetadata } from '../../src/files/names.ts';

const nested = (depth: number): unknown => JSON.parse('{"a":'.repeat(depth) + '1' + '}'.repeat(depth));
const sized = (bytes: number): unknown => ({ a: 'x'.repeat(bytes - '{"a":""}'.length) });
const parsed = (json: string): unknown => JSON.parse(json);

describe('checkMetadata', () => {
  it.each([
    ['nothing', {}],
    ['every kind of value', { a: null, b: true, c: -1.5, d: 'x', e: [1, [2, { f: 3 }]], g: {} }],
    ['any Unicode', { ключ: '🙂\u202e\n' }],
    ['an empty key', { '': 1 }],
    ['an object without a prototype', Object.assign(Object.create(null), { a: 1 })],
    ['16 levels', nested(16)],
    ['16 KiB', sized(16_384)],
    ['keys that only resemble the reserved ones', { proto: 1, toString: 2, hasOwnProperty: 3 }],
  ])('takes %s', (_, value) => {
    expect(checkMetadata(value)).toEqual(value);
  });

  it.each([
    ['text', '{}', 'is not a JSON object'],
    ['an array', [], 'is not a JSON object'],
    ['null', null, 'is not a JSON object'],
    ['a number', 1, 'is not a JSON object'],
    ['undefined', undefined, 'is not a JSON object'],
    ['a map', new Map(), 'is not a JSON object'],
    ['a date inside', { a: new Date(0) }, 'a value of type object'],
    ['undefined inside', { a: undefined }, 'a value of type undefined'],
    ['a function inside', { toJSON: () => 'x' }, 'a value of type function'],
    ['a bigint inside', { a: 1n }, 'a value of type bigint'],
    ['not a number', { a: [NaN] }, 'the number NaN'],
    ['a number too large for JSON', parsed('{"a": 1e999}'), 'the number Infinity'],
    ['17 levels', nested(17), 'nested more than 16 levels'],
    [
      '100 000 levels',
      { a: parsed('['.repeat(100_000) + ']'.repeat(100_000)) },
      'nested more than 16 levels',
    ],
    ['16 KiB and a byte', sized(16_385), 'is 16385 bytes of JSON; at most 16384 are allowed'],
    ['too many bytes in few characters', { a: '€'.repeat(6000) }, 'is 18008 bytes'],
    ['NUL in a string', { a: 'x\0' }, 'U+0000'],
    ['NUL in a key', { 'x\0': 1 }, 'U+0000'],
    ['a lone surrogate in a string', { a: '\ud800' }, 'half of a surrogate pair'],
    ['a lone surrogate in a key', { a: [{ '\udc00': 1 }] }, 'half of a surrogate pair'],
    ['__proto__', parsed('{"__proto__": {"isAdmin": true}}'), 'the reserved key "__proto__"'],
    ['__proto__ deep inside', parsed('{"a": [{"__proto__": 1}]}'), 'the reserved key "__proto__"'],
    ['constructor', parsed('{"constructor": {"prototype": {}}}'), 'the reserved key "constructor"'],
    ['prototype', parsed('{"prototype": 1}'), 'the reserved key "prototype"'],
  ])('refuses %s and says why', (_, value, reason) => {
    expect(() => checkMetadata(value)).toThrow(
      expect.objectContaining({
        code: 'INVALID_METADATA',
        message: expect.stringContaining(reason) as string,
        details: expect.objectContaining({ field: 'metadata' }) as object,
      }),
    );
  });
});
