import type { Expression, Span } from './expression.ts';
import { RULE_FUNCTIONS } from './functions.ts';
import type { RuleType } from './rule-type.ts';

/** What stands for the parts that have no text of their own. */
export interface PrintNames {
  readonly member: (member: Extract<Expression, { kind: 'member' }>) => string;
  readonly presence: (member: Extract<Expression, { kind: 'member' }>) => string;
  readonly pattern: (pattern: string) => string;
  readonly typeOf: (part: Expression) => RuleType;
}

/** A part of the rule and where its text came to stand. */
export interface PrintedPart extends Span {
  readonly expression: Expression;
}

export interface Printed {
  readonly text: string;
  /** Outer parts behind the inner ones. */
  readonly parts: readonly PrintedPart[];
}

/** The names under which our own functions are known to the library. */
export const OWN_PREFIX = 'rule_';

/** Writes an expression in the library's language. */
export function printExpression(expression: Expression, names: PrintNames): Printed {
  const printer = new Printer(names);
  printer.print(expression);
  return { text: printer.text, parts: printer.parts };
}

const ORDERINGS: Readonly<Record<string, string>> = { '<': 'lt', '<=': 'le', '>': 'gt', '>=': 'ge' };

class Printer {
  text = '';
  readonly parts: PrintedPart[] = [];
  readonly #names: PrintNames;

  constructor(names: PrintNames) {
    this.#names = names;
  }

  print(expression: Expression): void {
    const start = this.text.length;
    this.#write(expression);
    this.parts.push({ expression, start, end: this.text.length });
  }

  #write(expression: Expression): void {
    switch (expression.kind) {
      case 'literal':
        this.text += literal(expression.value);
        return;
      case 'member':
        this.text += this.#names.member(expression);
        return;
      case 'iterator':
        this.text += iteratorName(expression.name);
        return;
      case 'has':
        this.#writeHas(expression.operand);
        return;
      case 'select':
        this.print(expression.operand);
        this.text += `[${JSON.stringify(expression.key)}]`;
        return;
      case 'index':
        this.print(expression.operand);
        this.#list('[', [expression.index], ']');
        return;
      case 'list':
        this.#list('[', expression.items, ']');
        return;
      case 'not':
        this.#list('!(', [expression.operand], ')');
        return;
      case 'negate':
        this.#writeNegation(expression.operand);
        return;
      case 'logic':
        this.#infix(expression.left, expression.op, expression.right);
        return;
      case 'binary':
        this.#writeBinary(expression);
        return;
      case 'conditional':
        this.text += '(';
        this.print(expression.test);
        this.text += ' ? ';
        this.print(expression.then);
        this.text += ' : ';
        this.print(expression.otherwise);
        this.text += ')';
        return;
      case 'call':
        this.#writeCall(expression.name, expression.args);
        return;
      case 'macro':
        this.print(expression.range);
        this.text += `.${expression.name}(${iteratorName(expression.variable)}, `;
        this.#list('', expression.body, ')');
    }
  }

  #writeHas(operand: Extract<Expression, { kind: 'has' }>['operand']): void {
    if (operand.kind === 'member') {
      this.text += this.#names.presence(operand);
      return;
    }
    this.text += `${OWN_PREFIX}has(`;
    this.print(operand.operand);
    this.text += `, ${JSON.stringify(operand.key)})`;
  }

  /** The library lets the negation of the smallest integer overflow; its subtraction does not. */
  #writeNegation(operand: Expression): void {
    const isInt = this.#names.typeOf(operand) === 'int';
    this.#list(isInt ? '(0 - ' : '-(', [operand], ')');
  }

  /** The library orders text by UTF-16 units; CEL and SQLite order it by code points. */
  #writeBinary({ op, left, right }: Extract<Expression, { kind: 'binary' }>): void {
    const ordering = ORDERINGS[op];
    const types = [this.#names.typeOf(left), this.#names.typeOf(right)];
    const isDynamic = types.includes('dyn');
    if (ordering !== undefined && (isDynamic || types.every((type) => type === 'string'))) {
      this.#list(`${OWN_PREFIX}${ordering}${isDynamic ? '_any' : ''}(`, [left, right], ')');
      return;
    }
    if (op === '-' && types.every((type) => type === 'timestamp')) {
      this.#list(`${OWN_PREFIX}since(`, [left, right], ')');
      return;
    }
    // A null on the left would keep the library from comparing it with what it does not know the type of.
    if (types[0] === 'null') this.#infix(right, op, left);
    else this.#infix(left, op, right);
  }

  #writeCall(name: string, args: readonly Expression[]): void {
    const known = RULE_FUNCTIONS[name];
    const printed = known?.own ? `${OWN_PREFIX}${name}` : name;
    const [receiver, pattern] = args;
    if (name === 'matches' && receiver && pattern?.kind === 'literal') {
      this.print(receiver);
      this.text += `.${printed}(${this.#names.pattern(String(pattern.value))})`;
      return;
    }
    if (known?.as === 'method' && receiver !== undefined) {
      this.print(receiver);
      this.#list(`.${printed}(`, args.slice(1), ')');
      return;
    }
    this.#list(`${printed}(`, args, ')');
  }

  #infix(left: Expression, op: string, right: Expression): void {
    this.text += '(';
    this.print(left);
    this.text += ` ${op} `;
    this.print(right);
    this.text += ')';
  }

  #list(open: string, items: readonly Expression[], close: string): void {
    this.text += open;
    for (const [position, item] of items.entries()) {
      if (position > 0) this.text += ', ';
      this.print(item);
    }
    this.text += close;
  }
}

/** So that no name of the rule's can be one of ours. */
function iteratorName(name: string): string {
  return `it_${name}`;
}

function literal(value: string | bigint | number | boolean | null): string {
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value !== 'number')
    return typeof value === 'bigint' && value < 0n ? `(${value})` : String(value);
  const text = Number.isInteger(value) && Math.abs(value) < 1e21 ? value.toFixed(1) : String(value);
  return value < 0 || Object.is(value, -0) ? `(${text})` : text;
}
