import { celEnv, isCelError, parse, plan } from '@bufbuild/cel';
import { strings } from '@bufbuild/cel/ext';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonValue } from '../../src/lib/json.ts';
import type { Members } from '../../src/rules/rule-variables.ts';
import { RuleError } from '../../src/rules/rule-error.ts';
import { recordVariables } from '../../src/rules/variables.ts';
import { arbitraryDoc, boolText } from './arbitrary-rule.ts';
import { ANONYMOUS, callerVariables, postRule, posts, USER } from './sample-rules.ts';

/** Another implementation of the language, to hold ours against: it shares no code with the one we use. */
const oracle = celEnv({ funcs: strings });

function oracleAllows(text: string, variables: Readonly<Record<string, Members>>): boolean {
  try {
    const result = plan(
      oracle,
      parse(text),
    )(
      Object.fromEntries(
        Object.entries(variables).map(([root, members]) => [root, toMap(root, members)]),
      ) as never,
    );
    return !isCelError(result) && result === true;
  } catch {
    return false;
  }
}

const MEMBERS: Readonly<Record<string, readonly string[]>> = {
  auth: ['id', 'email', 'role', 'verified', 'metadata'],
  request: ['method', 'ip', 'time'],
  doc: [...posts.fields.keys()],
};

function toMap(root: string, members: Members): Map<string, unknown> {
  const present = (MEMBERS[root] ?? []).map((name): [string, unknown] => [name, members(name)]);
  return new Map(
    present
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => [name, value instanceof Date ? timestampFromDate(value) : value]),
  );
}

/** Our one deliberate difference: a member that is absent is null for `==` and `!=`. */
function inPlainCel(text: string): string {
  return text.replaceAll(/\(([\w.]+) ([!=])= null\)/g, (_, member: string, op: string) =>
    op === '!' ? `has(${member})` : `(!has(${member}))`,
  );
}

describe('a rule', () => {
  it('means what another implementation of CEL takes it to mean', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 3 }).chain(boolText),
        fc.array(arbitraryDoc, { minLength: 3, maxLength: 6 }),
        fc.constantFrom(USER, ANONYMOUS),
        (text, docs, actor) => {
          const plain = inPlainCel(text);
          // Asking a number for its members is an error to us and to the definition; the oracle finds none.
          fc.pre(!plain.includes('null') && !plain.includes('has(doc.data.'));
          // It orders text by UTF-16 units, where the definition says code points.
          fc.pre(!JSON.stringify([text, docs]).includes('\uffff'));
          // Our times have milliseconds, which is what is stored.
          fc.pre(!plain.includes('1500us'));
          let rule;
          try {
            rule = postRule(text);
          } catch (error) {
            if (error instanceof RuleError) return;
            throw error;
          }
          for (const doc of docs) {
            const record = doc as unknown as Readonly<Record<string, JsonValue>>;
            const variables = { ...callerVariables(actor), doc: recordVariables(posts.fields, record) };
            const ours = rule.allows(variables);
            expect({ text, record, allows: ours }).toEqual({
              text,
              record,
              allows: oracleAllows(plain, variables),
            });
          }
        },
      ),
      { numRuns: Number(process.env['RULE_RUNS'] ?? 300) },
    );
  });
});
