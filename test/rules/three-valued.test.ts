import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonValue } from '../../src/lib/json.ts';
import { RuleError } from '../../src/rules/rule-error.ts';
import { decide } from '../../src/rules/three-valued.ts';
import { fileVariables, recordVariables } from '../../src/rules/variables.ts';
import { arbitraryDoc, boolText } from './arbitrary-rule.ts';
import { ANONYMOUS, callerVariables, fileRule, postRule, posts, USER } from './sample-rules.ts';

const TO_COME = ['file.size', 'file.mime_type'];

describe('a rule of which not all is known yet', () => {
  it.each([
    ['auth.id != null', 'allow', 'deny'],
    ['auth.id != null && file.size < 100', 'unknown', 'deny'],
    ['file.size < 100 && auth.id != null', 'unknown', 'deny'],
    ['auth.id == file.owner_id && file.mime_type == "image/png"', 'unknown', 'deny'],
    ['auth.id != null || file.size < 100', 'allow', 'unknown'],
    ['file.size < 100 || auth.id != null', 'allow', 'unknown'],
    ['!(file.size < 100)', 'unknown', 'unknown'],
    ['file.size == file.size', 'unknown', 'unknown'],
    ['has(file.size)', 'unknown', 'unknown'],
    ['file.size != null', 'unknown', 'unknown'],
    ['auth.id != null ? file.size < 5 : false', 'unknown', 'deny'],
    ['file.size < 5 ? auth.id != null : auth.verified', 'unknown', 'deny'],
    ['(auth.id != null && file.size < 100) == false', 'unknown', 'unknown'],
    ['[1, file.size].exists(n, n == 1)', 'unknown', 'unknown'],
    ['file.size < 100 && auth.metadata.absent == 1', 'deny', 'deny'],
    ['file.size < 100 || auth.metadata.absent == 1', 'unknown', 'unknown'],
    ['file.name.endsWith(".png")', 'allow', 'allow'],
  ] as const)('%s: a user gets %s, an anonymous caller %s', (text, user, anonymous) => {
    const rule = fileRule(text, 'create');
    const verdict = (actor: typeof USER) => {
      const file = fileVariables({
        bucket: 'b',
        name: 'a.png',
        size: null,
        mimeType: null,
        ownerId: actor.id,
      });
      return decide(rule, { ...callerVariables(actor), file }, TO_COME);
    };
    expect([verdict(USER), verdict(ANONYMOUS)]).toEqual([user, anonymous]);
  });

  it('is decided only as every value of the unknown would decide it', () => {
    const names = ['title', 'author_id', 'rank', 'published', 'data', 'score', 'tags'] as const;
    fc.assert(
      fc.property(
        boolText(4),
        arbitraryDoc,
        fc.array(arbitraryDoc, { minLength: 1, maxLength: 8 }),
        fc.subarray([...names], { minLength: 1 }),
        fc.constantFrom(USER, ANONYMOUS),
        (text, doc, others, unknown, actor) => {
          const rule = compiled(text);
          if (rule === null) return;
          const variablesOf = (values: Readonly<Record<string, unknown>>) => ({
            ...callerVariables(actor),
            doc: recordVariables(posts.fields, values as Readonly<Record<string, JsonValue>>),
          });
          const hidden = Object.fromEntries(unknown.map((name) => [name, null]));
          const verdict = decide(
            rule,
            variablesOf({ ...doc, ...hidden }),
            unknown.map((name) => `doc.${name}`),
          );
          for (const other of [{}, ...others]) {
            const revealed = Object.fromEntries(unknown.map((name) => [name, (other as typeof doc)[name]]));
            const allows = rule.allows(variablesOf({ ...doc, ...hidden, ...revealed }));
            if (verdict !== 'unknown')
              expect({ text, verdict }).toEqual({ text, verdict: allows ? 'allow' : 'deny' });
          }
        },
      ),
      { numRuns: 800 },
    );
  });
});

/** Null for the few generated rules that are too large or whose types do not fit. */
function compiled(text: string) {
  try {
    return postRule(text);
  } catch (error) {
    if (error instanceof RuleError) return null;
    throw error;
  }
}
