import { describe, expect, it } from 'vitest';
import { renderProblems } from '../../src/lib/render-problems.ts';

const plain = { color: false };
const at = (line: number, column: number) => ({ file: 'schema.yaml', line, column });
const sourced = (text: string) => new Map([['schema.yaml', text]]);

describe('renderProblems', () => {
  it('shows place, path, message, the line with a caret, and the hint', () => {
    const problem = {
      at: at(2, 3),
      path: 'buckets.a.rulez',
      message: 'is not a known key',
      hint: 'did you mean "rules"?',
    };
    expect(renderProblems([problem], sourced('buckets:\n  rulez: {}\n'), plain)).toBe(
      [
        'schema.yaml:2:3 buckets.a.rulez is not a known key',
        '  2 |   rulez: {}',
        '        ^',
        '  hint: did you mean "rules"?',
        '',
      ].join('\n'),
    );
  });

  it('separates problems by an empty line and shows no line of a file it was not given', () => {
    const problem = {
      at: { file: 'environment', line: 1, column: 1 },
      path: 'ALYX_X',
      message: 'matches no key',
    };
    expect(renderProblems([problem, problem], sourced('a'), plain)).toBe(
      'environment:1:1 ALYX_X matches no key\n\nenvironment:1:1 ALYX_X matches no key\n',
    );
  });

  it('leaves no gap where a problem has no path', () => {
    const problem = { at: at(1, 1), path: '', message: 'does not exist' };
    expect(renderProblems([problem], new Map(), plain)).toBe('schema.yaml:1:1 does not exist\n');
  });

  it.each([
    ['a byte order mark', '\uFEFFkey: 1', 'key: 1', '^'],
    ['Windows line ends', 'key: 1\r\nother: 2', 'key: 1', '^'],
    ['an escape sequence', 'key: \u001B[31m', 'key: \uFFFD[31m', '^'],
  ])('copes with %s', (_, text, line, caret) => {
    const shown = renderProblems([{ at: at(1, 1), path: 'key', message: 'is wrong' }], sourced(text), plain);
    expect(shown).toBe(`schema.yaml:1:1 key is wrong\n  1 | ${line}\n      ${caret}\n`);
  });

  it('keeps tabs before the caret, so that it stands under its character', () => {
    const shown = renderProblems(
      [{ at: at(1, 4), path: 'key', message: 'is wrong' }],
      sourced('a\tb c'),
      plain,
    );
    expect(shown.split('\n')[2]).toBe('       \t ^');
  });

  it.each([
    ['secret: hunter2hunter2', 'secret: **************'],
    ['jwt: { secret: "hunter2, hunter2", issuer: x }', 'jwt: { secret: ******************, issuer: x }'],
    ["secret_key: 'hunter2'   # mine", 'secret_key: *********   # mine'],
    ['access_key: hunter2', 'access_key: *******'],
    ['"secret": hunter2', '"secret": *******'],
    ['secret_kye: hunter2', 'secret_kye: *******'],
  ])('masks the secret in %s', (line, shown) => {
    const text = renderProblems([{ at: at(1, 1), path: '', message: 'is wrong' }], sourced(line), plain);
    expect(text.split('\n')[1]).toBe(`  1 | ${shown}`);
  });

  it('colours only where it may', () => {
    const problem = { at: at(1, 1), path: 'a', message: 'is wrong', hint: 'mend it' };
    expect(renderProblems([problem], sourced('a'), { color: true })).toContain('\u001B[31mis wrong\u001B[0m');
    expect(renderProblems([problem], sourced('a'), plain)).not.toContain('\u001B');
  });
});
