import { Environment, EvaluationError, TypeError as CelTypeError } from '@marcbachmann/cel-js';
import { RE2JS } from 're2js';
import { memberKey, type Expression, type MemberExpression } from './expression.ts';
import { PATTERN_TYPE, registerOwnFunctions } from './own-functions.ts';
import { OWN_PREFIX, printExpression, type Printed } from './print-expression.ts';
import { RuleError } from './rule-error.ts';
import type { RuleType } from './rule-type.ts';
import type { RuleVariables } from './rule-variables.ts';
import type { Scope } from './scope.ts';
import { staticType } from './static-type.ts';

/** A part of a rule, ready to run. Throws where the rule's language knows no value. */
export type Program = (variables: RuleVariables) => unknown;

const environment = registerOwnFunctions(
  new Environment({ limits: { maxAstNodes: 4_000, maxDepth: 2_000, maxListElements: 400 } }),
);

const CEL_TYPES: Readonly<Partial<Record<RuleType, string>>> = {
  timestamp: 'google.protobuf.Timestamp',
  duration: 'google.protobuf.Duration',
};

/** Where a member's value, or whether there is one, is handed to the library. */
interface Slot {
  readonly name: string;
  readonly root: string;
  readonly member: string;
  readonly asks: 'value' | 'presence';
}

/** Compiles and type-checks; `expected`: the type it must yield. Throws RuleError. */
export function compileProgram(scope: Scope, expression: Expression, expected?: 'bool'): Program {
  const own = environment.clone();
  const slots = new Map<string, Slot>();
  const slotFor = (expression: MemberExpression, asks: Slot['asks'], type: string): string => {
    const { root, name: member } = expression;
    const key = `${asks} ${memberKey(expression)}`;
    const known = slots.get(key);
    if (known !== undefined) return known.name;
    const slot: Slot = { name: `m${slots.size}`, root, member, asks };
    slots.set(key, slot);
    own.registerVariable(slot.name, type);
    return slot.name;
  };
  let patterns = 0;
  const typeOf = (part: Expression) => staticType(scope, part);
  const printed = printExpression(expression, {
    member: (member) => slotFor(member, 'value', CEL_TYPES[typeOf(member)] ?? typeOf(member)),
    presence: (member) => slotFor(member, 'presence', 'bool'),
    pattern: (pattern) => {
      const name = `p${patterns++}`;
      own.registerConstant(name, PATTERN_TYPE, RE2JS.compile(pattern));
      return name;
    },
    typeOf,
  });
  const parsed = own.parse(printed.text);
  const { valid, error, type } = parsed.check();
  if (!valid) throw typeError(error, printed);
  if (expected === 'bool' && type !== 'bool' && type !== 'dyn') {
    const hint = 'a rule answers true or false, as in auth.id != null';
    throw new RuleError(`yields ${readableTypes(type ?? '')}, not true or false`, expression, hint);
  }
  const places = [...slots.values()];
  return (variables) => {
    const context: Record<string, unknown> = {};
    for (const { name, root, member, asks } of places) {
      const value = variables[root]?.(member);
      if (asks === 'presence') context[name] = value !== undefined;
      else if (value !== undefined) context[name] = value;
    }
    return parsed(context) as unknown;
  };
}

function typeError(error: unknown, { parts }: Printed): RuleError {
  if (!(error instanceof CelTypeError || error instanceof EvaluationError)) throw error;
  const at = error.range?.start ?? 0;
  const end = error.range?.end ?? at;
  const blamed = parts.find((part) => part.start <= at && at <= part.end && end <= part.end) ?? parts.at(-1);
  const message = error.summary.charAt(0).toLowerCase() + error.summary.slice(1);
  return new RuleError(
    `does not fit together: ${readableTypes(message)}`,
    blamed?.expression ?? { start: 0, end: 0 },
  );
}

/** The library's words in those of the one who wrote the rule. */
function readableTypes(message: string): string {
  return message
    .replaceAll(OWN_PREFIX, '')
    .replaceAll(PATTERN_TYPE, 'string')
    .replaceAll(/google\.protobuf\.(Timestamp|Duration)/g, (_, type: string) => type.toLowerCase())
    .replaceAll(/\b(lt|le|gt|ge)(?:_any)?\(/g, 'comparison(');
}
