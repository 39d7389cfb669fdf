import type { CompiledRule } from './compile-rule.ts';
import { memberKey, partsOf, type Expression } from './expression.ts';
import type { RuleVariables } from './rule-variables.ts';

export type Verdict = 'allow' | 'deny' | 'unknown';

/** What a part may turn out to be, as a set of bits. */
const TRUE = 1;
const FALSE = 2;
const ERROR = 4;
const ANYTHING = TRUE | FALSE | ERROR;

/**
 * What the rule says while some members, as in `file.size`, are not known yet: `allow` or `deny` only if it would say
 * so whatever they turn out to be, absent included.
 */
export function decide(
  rule: CompiledRule,
  variables: RuleVariables,
  unknownMembers: Iterable<string>,
): Verdict {
  const unknown = new Set(unknownMembers);
  const outcomes = new PartialEvaluation(rule, variables, unknown).outcomes(rule.expression);
  if (outcomes === TRUE) return 'allow';
  return (outcomes & TRUE) === 0 ? 'deny' : 'unknown';
}

class PartialEvaluation {
  readonly #rule: CompiledRule;
  readonly #variables: RuleVariables;
  readonly #unknown: ReadonlySet<string>;

  constructor(rule: CompiledRule, variables: RuleVariables, unknown: ReadonlySet<string>) {
    this.#rule = rule;
    this.#variables = variables;
    this.#unknown = unknown;
  }

  outcomes(part: Expression): number {
    if (!this.#looksAtUnknown(part)) return this.#evaluate(part);
    switch (part.kind) {
      case 'not':
        return negated(this.outcomes(part.operand));
      case 'logic': {
        const [left, right] = [this.outcomes(part.left), this.outcomes(part.right)];
        return part.op === '&&' ? both(left, right) : negated(both(negated(left), negated(right)));
      }
      case 'conditional': {
        const test = this.outcomes(part.test);
        const then = test & TRUE ? this.outcomes(part.then) : 0;
        const otherwise = test & FALSE ? this.outcomes(part.otherwise) : 0;
        return then | otherwise | (test & ERROR);
      }
      default:
        return ANYTHING;
    }
  }

  #looksAtUnknown(part: Expression): boolean {
    if (part.kind === 'member') return this.#unknown.has(memberKey(part));
    return partsOf(part).some((inner) => this.#looksAtUnknown(inner));
  }

  #evaluate(part: Expression): number {
    try {
      const value = this.#rule.evaluate(part, this.#variables);
      return value === true ? TRUE : value === false ? FALSE : ERROR;
    } catch {
      return ERROR;
    }
  }
}

function negated(outcomes: number): number {
  return (outcomes & TRUE ? FALSE : 0) | (outcomes & FALSE ? TRUE : 0) | (outcomes & ERROR);
}

/** `&&` on every pair: false wins over an error, an error over true. */
function both(left: number, right: number): number {
  const isFalse = (left | right) & FALSE;
  const isTrue = left & right & TRUE;
  const isError = (left & ERROR && right & (TRUE | ERROR)) || (right & ERROR && left & (TRUE | ERROR));
  return isFalse | isTrue | (isError ? ERROR : 0);
}
