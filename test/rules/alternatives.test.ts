import { describe, expect, it } from 'vitest';
import { alternativesOf } from '../../src/rules/alternatives.ts';
import { compileRule } from '../../src/rules/compile-rule.ts';
import type { Expression } from '../../src/rules/expression.ts';
import { collectionScope } from '../../src/rules/scope.ts';
import { loadSchema } from '../../src/schema/load-schema.ts';

const text = `
version: 1
collections:
  posts:
    fields:
      id: { type: id, primary: true }
      open: { type: bool }
      owner: { type: string, nullable: true }
      stars: { type: int }
`;
const schema = loadSchema({
  text,
  file: 's',
  config: { storage: { defaultMaxFileSize: 1, backends: {} } },
});
const fields = schema.collections.get('posts')?.fields ?? new Map();
const scope = collectionScope(schema, fields, 'read');
const split = (rule: string) =>
  alternativesOf(compileRule(rule, scope)).map(({ expression }) => said(expression));

/** What it says, wherever in a text. */
function said(expression: Expression): unknown {
  return JSON.parse(
    JSON.stringify(expression, (key, value: unknown) => {
      if (key === 'start' || key === 'end') return undefined;
      return typeof value === 'bigint' ? String(value) : value;
    }),
  );
}

describe('a rule as a choice', () => {
  it.each([
    ['doc.open', ['doc.open']],
    ['doc.open && doc.stars > 1', ['doc.open && doc.stars > 1']],
    ['doc.open == true || auth.id == doc.owner', ['doc.open == true', 'auth.id == doc.owner']],
    ['auth.id == doc.owner || doc.open', ['doc.open', 'auth.id == doc.owner']],
    [
      '(doc.open || (auth.id == doc.owner)) || doc.stars > 3',
      ['doc.open', 'doc.stars > 3', 'auth.id == doc.owner'],
    ],
    [
      '(doc.open && (doc.stars > 1)) || doc.owner == ")("',
      ['doc.open && (doc.stars > 1)', 'doc.owner == ")("'],
    ],
    ['(doc.open || doc.stars > 1) && auth.id != null', ['(doc.open || doc.stars > 1) && auth.id != null']],
    [
      'doc.stars==1||doc.stars==2||doc.stars==3||doc.stars==4||doc.stars==5',
      ['doc.stars==1||doc.stars==2||doc.stars==3||doc.stars==4||doc.stars==5'],
    ],
    ['doc.open // (\n || auth.id == doc.owner', ['doc.open', 'auth.id == doc.owner']],
    [
      'doc.owner == """a"(""" || (doc.stars > 0) && doc.stars < 0',
      ['doc.owner == """a"("""', '(doc.stars > 0) && doc.stars < 0'],
    ],
    [`(doc.owner == ''')'(''') || (doc.stars > 0)`, [`doc.owner == ''')'('''`, 'doc.stars > 0']],
    [`doc.owner == r'\\(' || (doc.stars > 0)`, [`doc.owner == r'\\('`, 'doc.stars > 0']],
  ])('%s', (rule, parts) => {
    expect(split(rule)).toEqual(parts.map((part) => said(compileRule(part, scope).expression)));
  });
});
