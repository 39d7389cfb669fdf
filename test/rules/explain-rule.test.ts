import { describe, expect, it } from 'vitest';
import { explainRule } from '../../src/rules/explain-rule.ts';
import { fileVariables } from '../../src/rules/variables.ts';
import { ANONYMOUS, callerVariables, FILE, fileRule, USER } from './sample-rules.ts';

function explain(text: string, actor = USER) {
  const rule = fileRule(text);
  const { allowed, decidedBy } = explainRule(rule, { ...callerVariables(actor), file: fileVariables(FILE) });
  for (const { source, start, end } of decidedBy) expect(rule.source.slice(start, end)).toBe(source);
  return { allowed, decidedBy: decidedBy.map(({ source, value, error }) => [source, error ?? value]) };
}

describe('explainRule', () => {
  it.each([
    ['true', true, [['true', true]]],
    ['file.size > 5 && file.size > 5000', false, [['file.size > 5000', false]]],
    [
      'file.size > 5 && file.size < 5000',
      true,
      [
        ['file.size > 5', true],
        ['file.size < 5000', true],
      ],
    ],
    [
      'file.size > 5000 || auth.role == "editor"',
      false,
      [
        ['file.size > 5000', false],
        ['auth.role == "editor"', false],
      ],
    ],
    ['file.size > 5000 || auth.id == file.owner_id', true, [['auth.id == file.owner_id', true]]],
    ['!(file.size > 5 || auth.role == "editor")', false, [['file.size > 5', true]]],
    ['file.metadata.absent == 1', false, [['file.metadata.absent == 1', 'No such key: absent']]],
    ['file.metadata.level', false, [['file.metadata.level', 'is neither true nor false']]],
    [
      'auth.verified ? file.size > 5000 : true',
      false,
      [
        ['auth.verified', true],
        ['file.size > 5000', false],
      ],
    ],
    ['((file.size) + (1)) > (5000) && true', false, [['((file.size) + (1)) > (5000)', false]]],
    ['(")" + (file.name)) == "x"', false, [['(")" + (file.name)) == "x"', false]]],
  ])('%s', (text, allowed, decidedBy) => {
    expect(explain(text)).toEqual({ allowed, decidedBy });
  });

  it('names what an anonymous caller lacks', () => {
    expect(explain('auth.id == file.owner_id && file.size > 5', ANONYMOUS)).toEqual({
      allowed: false,
      decidedBy: [['auth.id == file.owner_id', 'auth.id is absent']],
    });
    expect(explain('auth.id != null', ANONYMOUS).decidedBy).toEqual([['auth.id != null', false]]);
    expect(explain('auth.id == "a" || file.size > 5000', ANONYMOUS).decidedBy).toEqual([
      ['auth.id == "a"', 'auth.id is absent'],
      ['file.size > 5000', false],
    ]);
  });
});
