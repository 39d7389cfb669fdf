import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkName, checkPath } from '../../src/files/names.ts';
import { AppError } from '../../src/lib/errors.ts';

function refusal(check: () => unknown): AppError {
  try {
    check();
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}

const codePoints = (from: number, to: number): number[] =>
  Array.from({ length: to - from + 1 }, (_, index) => from + index);
const FORBIDDEN_CHARACTERS = [
  0x2f,
  0x5c,
  ...codePoints(0x00, 0x1f),
  ...codePoints(0x7f, 0x9f),
  0x2028,
  0x2029,
  ...codePoints(0x202a, 0x202e),
  ...codePoints(0x2066, 0x2069),
].map((codePoint) => [codePoint.toString(16).padStart(4, '0'), String.fromCodePoint(codePoint)] as const);

const GOOD_NAMES = [
  ['a plain name', 'report.pdf'],
  ['one character', 'a'],
  ['spaces around', ' a b '],
  ['no extension but a dot', '.gitignore'],
  ['three dots', '...'],
  ['dots inside', 'a..b'],
  ['Arabic with its direction marks', 'تقرير\u200f 2024\u200e.pdf'],
  ['Hebrew', 'דוח.pdf'],
  ['Chinese', '报告.pdf'],
  ['a family of emoji, with joiners', '👨‍👩‍👧.png'],
  ['quotes and reserved characters of other systems', `"a"<b>|c?:*'.txt`],
  ['markup', '<img src=x onerror=alert(1)>.png'],
  ['percent signs', '%2e%2e%2fetc.txt'],
  ['a device name', 'CON'],
  ['a prototype key', '__proto__'],
  ['255 bytes', 'a'.repeat(255)],
  ['255 bytes of three-byte characters', '€'.repeat(85)],
  ['255 bytes only after normalisation', 'e\u0301'.repeat(127) + 'x'],
] as const;

describe('checkName', () => {
  it.each(GOOD_NAMES)('takes %s', (_, name) => {
    expect(checkName(name)).toBe(name.normalize('NFC'));
  });

  it('joins a letter and its accent, so that one name has one spelling', () => {
    expect(checkName('e\u0301.txt')).toBe('\u00e9.txt');
  });

  it.each(FORBIDDEN_CHARACTERS)('refuses U+%s', (_, character) => {
    expect(refusal(() => checkName(`a${character}b`)).code).toBe('INVALID_NAME');
  });

  it.each([
    ['', 'The name is empty; give it at least one character.'],
    ['.', 'The name is ".", which means a folder; choose another.'],
    ['..', 'The name is "..", which means a folder; choose another.'],
    ['../a', 'contains "/"'],
    ['a\\b', 'contains "\\"'],
    ['a\0b', 'contains U+0000'],
    ['photo\u202egpj.exe', 'contains U+202E'],
    ['a\ud800', 'half of a surrogate pair'],
    ['\udc00a', 'half of a surrogate pair'],
    ['a'.repeat(256), 'The name is 256 bytes long in UTF-8; at most 255 are allowed, so shorten it.'],
    ['€'.repeat(86), 'is 258 bytes long'],
    ['🙂'.repeat(64), 'is 256 bytes long'],
    [undefined, 'The name is not text; send a string.'],
    [null, 'is not text'],
    [42, 'is not text'],
    [['a'], 'is not text'],
  ])('refuses %j and says why', (name, reason) => {
    const error = refusal(() => checkName(name));
    expect(error.code).toBe('INVALID_NAME');
    expect(error.message).toContain(reason);
    expect(error.details).toMatchObject({ field: 'name' });
  });

  it('tells the limit in its details', () => {
    expect(refusal(() => checkName('a'.repeat(256))).details).toEqual({ field: 'name', limit: 255 });
  });

  it('refuses a name that normalisation makes too long', () => {
    // U+FB2C becomes three characters in NFC.
    const name = '\ufb2c'.repeat(60);
    expect(Buffer.byteLength(name)).toBeLessThanOrEqual(255);
    expect(refusal(() => checkName(name)).code).toBe('INVALID_NAME');
  });

  it('is settled after one pass, and short enough, whatever the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => {
        let name: string;
        try {
          name = checkName(text);
        } catch (error) {
          expect(error).toMatchObject({ code: 'INVALID_NAME' });
          return;
        }
        expect(checkName(name)).toBe(name);
        expect(Buffer.byteLength(name)).toBeLessThanOrEqual(255);
      }),
    );
  });
});

describe('checkPath', () => {
  it.each([
    ['a name', 'a.txt'],
    ['folders', 'photos/2024/a b.jpg'],
    ['a part of 255 bytes', `${'a'.repeat(255)}/b`],
    ['1024 bytes', 'ab/'.repeat(341) + 'c'],
    ['a part of dots', '.../a'],
  ])('takes %s', (_, path) => {
    expect(checkPath(path)).toBe(path);
  });

  it('normalises every part', () => {
    expect(checkPath('e\u0301/u\u0308.txt')).toBe('\u00e9/\u00fc.txt');
  });

  it.each([
    ['', 'The path is empty; leave it out to use the name.'],
    ['/', 'starts or ends with "/"'],
    ['/etc/passwd', 'starts or ends with "/"'],
    ['a/', 'starts or ends with "/"'],
    ['a//b', 'two in a row'],
    ['../a', 'has a part that is ".."'],
    ['a/../b', 'has a part that is ".."'],
    ['a/./b', 'has a part that is "."'],
    ['a\\b', 'contains "\\"'],
    ['a/b\0', 'contains U+0000'],
    ['a/\u202eb', 'contains U+202E'],
    ['a/\udfff', 'half of a surrogate pair'],
    [`a/${'b'.repeat(256)}`, 'has a part that is 256 bytes long'],
    [Array.from({ length: 513 }, () => 'a').join('/'), 'The path is 1025 bytes long in UTF-8; at most 1024'],
    [7, 'is not text'],
  ])('refuses %j and says why', (path, reason) => {
    const error = refusal(() => checkPath(path));
    expect(error.code).toBe('INVALID_PATH');
    expect(error.message).toContain(reason);
    expect(error.details).toMatchObject({ field: 'path' });
  });
});
