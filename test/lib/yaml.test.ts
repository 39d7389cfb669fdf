import { describe, expect, it } from 'vitest';
import type { YamlPath } from '../../src/lib/yaml-tree.ts';
import { parseYaml } from '../../src/lib/yaml.ts';
import { problemLines } from '../support/problem-lines.ts';

describe('parseYaml', () => {
  it('reads the types of YAML 1.2', () => {
    const text =
      'a: 1\nb: 1.5\nc: true\nd: text\ne: [1, two]\nf: { g: "1" }\nh: yes\ni: 2026-11-24\nj: 0x10\n';
    expect(parseYaml(text, 'f').value).toEqual({
      a: 1,
      b: 1.5,
      c: true,
      d: 'text',
      e: [1, 'two'],
      f: { g: '1' },
      h: 'yes',
      i: '2026-11-24',
      j: 16,
    });
  });

  it('counts an empty value as absent, except in a list', () => {
    expect(parseYaml('a:\nb: ~\nc: null\nd: [~]\n', 'f').value).toStrictEqual({
      a: undefined,
      b: undefined,
      c: undefined,
      d: [null],
    });
  });

  it.each(['', '# only a comment\n', '---\n'])('reads %j as nothing', (text) => {
    expect(parseYaml(text, 'f').value ?? undefined).toBeUndefined();
  });

  it('reads block scalars and escapes', () => {
    expect(parseYaml('a: |\n  x\n  y\nb: >-\n  x\n  y\nc: "\\u00e9\\n"\n', 'f').value).toEqual({
      a: 'x\ny\n',
      b: 'x y',
      c: 'é\n',
    });
  });
});

describe('positionOf', () => {
  const text = [
    'plain: text',
    'double: "text"',
    "single:   'text'",
    'flow: { inner: [a, "b"] }',
    'block: |',
    '   text',
    'empty:',
    'list:',
    '  - name: x',
    '  -',
  ].join('\n');

  it.each<[YamlPath, 'key' | 'value', number, number]>([
    [['plain'], 'key', 1, 1],
    [['plain'], 'value', 1, 8],
    [['double'], 'value', 2, 10],
    [['single'], 'value', 3, 12],
    [['flow'], 'value', 4, 7],
    [['flow', 'inner'], 'key', 4, 9],
    [['flow', 'inner', 0], 'value', 4, 17],
    [['flow', 'inner', 1], 'value', 4, 21],
    [['block'], 'value', 6, 4],
    [['empty'], 'value', 7, 1],
    [['list', 0, 'name'], 'key', 9, 5],
    [['list', 0, 'name'], 'value', 9, 11],
    [['list', 1], 'value', 9, 3],
    [[], 'value', 1, 1],
    [['missing'], 'key', 1, 1],
    [['flow', 'missing', 'deeper'], 'value', 4, 1],
  ])('finds the place of %j, its %s', (path, part, line, column) => {
    expect(parseYaml(text, 'f').positionOf(path, part)).toEqual({ file: 'f', line, column });
  });

  it.each([
    ['\uFEFFa: 1\nb: 2', 2, 4],
    ['a: 1\r\nb: 2', 2, 4],
    ['a: 1\r\rb: 2', 3, 4],
    ['# é 😀\nb: 2', 2, 4],
  ])('counts lines and columns of %j as an editor does', (source, line, column) => {
    expect(parseYaml(source, 'f').positionOf(['b'], 'value')).toEqual({ file: 'f', line, column });
  });
});

describe('parseYaml refuses', () => {
  it.each([
    ['a: [1', 'f:1:6  is not valid YAML: unexpected end of the stream within a flow collection'],
    ['a: "x', 'f:1:6  is not valid YAML: unexpected end of the stream within a double quoted scalar'],
    ['a: 1\n b: 2', 'f:2:3  is not valid YAML: bad indentation of a mapping entry'],
    ['a: 1\nb: 2\na: 3', 'f:3:1  the key "a" is given twice'],
    ['x: { a: 1, "a": 2 }', 'f:1:13 x the key "a" is given twice'],
    ['a: 1\n---\nb: 2', 'f:3:1  a second document is not supported (remove the "---")'],
    ['a: &x 1\nb: *x', 'f:2:4 b is an alias, which is not supported (write the value out)'],
    [
      'a: &x { k: 1 }\nb: { <<: *x }',
      'f:2:10 b.<< is an alias, which is not supported (write the value out)',
    ],
    ['1: a', 'f:1:1  keys must be text (write "1")'],
    ['x:\n  true: a', 'f:2:3 x keys must be text (write "true")'],
    ['? [a]\n: 1', 'f:1:3  keys must be text'],
    ['__proto__: { admin: true }', 'f:1:1  is not a usable key'],
    ['a: !!binary aGk=', 'f:1:4 a is a tag, which is not supported (put text in quotes)'],
    ['a: !x { b: 1 }', 'f:1:4 a is a tag, which is not supported (put text in quotes)'],
  ])('%j', (text, problem) => {
    expect(problemLines(() => parseYaml(text, 'f'))).toEqual([problem]);
  });

  it('several mistakes at once', () => {
    expect(problemLines(() => parseYaml('a: 1\na: 2\n3: x\n', 'f'))).toHaveLength(2);
  });

  it('aliases before they can multiply', () => {
    const levels = Array.from({ length: 30 }, (_, n) => `l${n + 1}: &l${n + 1} [*l${n}, *l${n}]`);
    const problems = problemLines(() => parseYaml(`l0: &l0 [x, x]\n${levels.join('\n')}`, 'f'));
    expect(problems).toHaveLength(60);
  });

  it('nesting without end', () => {
    const [problem] = problemLines(() => parseYaml('['.repeat(10_000), 'f'));
    expect(problem).toMatch(/^f:1:\d+ {2}is not valid YAML: /);
  });
});
