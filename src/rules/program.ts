import { Environment, EvaluationError, TypeError as CelTypeError } from '@marcbachmann/cel-js';
import { RE2JS } from 're2js';
import { memberKey, type Expression, type MemberExpression } from './expression.ts';
import { PATTERN_TYPE, registerOwnFunctions } from './own-functions.ts';
import { OWN_PREFIX, printExpression, type PrintNames, type Printed } from './print-expression.ts';
import { RuleError } from './rule-error.ts';
import type { RuleType } from './rule-type.ts';
import type { RuleVariables } from './rule-variables.ts';
import type { Scope } from './scope.ts';
import { staticType } from './static-type.ts';

/** What the library is handed: a value, or whether there is one, by slot. What is absent is not in it. */
export type Context = Readonly<Record<string, unknown>>;

/** A part of a rule, ready to run. Throws where the rule's language knows no value. */
export type Program = (context: Context) => unknown;

const environment = registerOwnFunctions(
  new Environment({ limits: { maxAstNodes: 4_000, maxDepth: 2_000, maxListElements: 400 } }),
);

const CEL_TYPES: Readonly<Partial<Record<RuleType, string>>> = {
  timestamp: 'google.protobuf.Timestamp',
  duration: 'google.protobuf.Duration',
};

interface Slot {
  readonly name: string;
  readonly root: string;
  readonly member: string;
  readonly asks: 'value' | 'presence';
}

/** Compiles the parts of one rule to programs that share a context. */
export class ProgramCompiler {
  readonly #scope: Scope;
  readonly #environment = environment.clone();
  readonly #slots = new Map<string, Slot>();
  readonly #names: PrintNames;
  #patterns = 0;

  constructor(scope: Scope) {
    this.#scope = scope;
    this.#names = {
      member: (member) => this.valueSlot(member),
      presence: (member) => this.#slot(member, 'presence', 'bool'),
      pattern: (pattern) => this.#pattern(pattern),
      typeOf: (part) => staticType(scope, part),
    };
  }

  /** Throws RuleError unless the types fit and the whole can be true or false. */
  checkCondition(expression: Expression): void {
    const printed = printExpression(expression, this.#names);
    const { valid, error, type } = this.#environment.parse(printed.text).check();
    if (!valid) throw typeError(error, printed);
    if (type === 'bool' || type === 'dyn') return;
    const hint = 'a rule answers true or false, as in auth.id != null';
    throw new RuleError(`yields ${readable(type ?? '')}, not true or false`, expression, hint);
  }

  compile(expression: Expression): Program {
    if (expression.kind === 'has' && expression.operand.kind === 'member') {
      const slot = this.#names.presence(expression.operand);
      return (context) => context[slot];
    }
    const parsed = this.#environment.parse(printExpression(expression, this.#names).text);
    const { valid, error } = parsed.check();
    if (!valid) throw error as Error;
    return (context) => parsed(context) as unknown;
  }

  valueSlot(member: MemberExpression): string {
    const type = staticType(this.#scope, member);
    return this.#slot(member, 'value', CEL_TYPES[type] ?? type);
  }

  context(variables: RuleVariables): Context {
    const context: Record<string, unknown> = {};
    for (const { name, root, member, asks } of this.#slots.values()) {
      const value = variables[root]?.(member);
      if (asks === 'presence') context[name] = value !== undefined;
      else if (value !== undefined) context[name] = value;
    }
    return context;
  }

  #slot(expression: MemberExpression, asks: Slot['asks'], type: string): string {
    const { root, name: member } = expression;
    const key = `${asks} ${memberKey(expression)}`;
    const known = this.#slots.get(key);
    if (known !== undefined) return known.name;
    const slot = { name: `m${this.#slots.size}`, root, member, asks };
    this.#slots.set(key, slot);
    this.#environment.registerVariable(slot.name, type);
    return slot.name;
  }

  #pattern(pattern: string): string {
    const name = `p${this.#patterns++}`;
    this.#environment.registerConstant(name, PATTERN_TYPE, RE2JS.compile(pattern));
    return name;
  }
}

function typeError(error: unknown, { parts }: Printed): RuleError {
  if (!(error instanceof CelTypeError || error instanceof EvaluationError)) throw error;
  const start = error.range?.start ?? 0;
  const end = error.range?.end ?? start;
  const blamed = parts.find((part) => part.start <= start && end <= part.end)?.expression;
  const message = error.summary.charAt(0).toLowerCase() + error.summary.slice(1);
  return new RuleError(`does not fit together: ${readable(message)}`, blamed ?? { start: 0, end: 0 });
}

/** The library's words in those of the one who wrote the rule. */
function readable(message: string): string {
  return message
    .replaceAll(/\brule_(lt|le|gt|ge)(?:_any)?\b/g, 'comparison')
    .replaceAll(OWN_PREFIX, '')
    .replaceAll(PATTERN_TYPE, 'string')
    .replaceAll(/google\.protobuf\.(Timestamp|Duration)/g, (_, type: string) => type.toLowerCase());
}
