import type { ASTNode } from '@marcbachmann/cel-js';
import { partsOf, type Expression, type Span } from './expression.ts';
import { checkCall } from './check-call.ts';
import { readMacro } from './read-macro.ts';
import { RuleError } from './rule-error.ts';
import type { Scope } from './scope.ts';
import { unknownMember, unknownVariable } from './unknown-names.ts';

export interface LoweringOptions {
  readonly scope: Scope;
  readonly maxDepth: number;
}

/** Turns the library's syntax tree into an Expression and checks every name; throws RuleError. */
export function lower(ast: ASTNode, options: LoweringOptions): Expression {
  return new Lowering(options).lower(ast, 0);
}

const MAX_INT = 2n ** 63n - 1n;
const MIN_INT = -(2n ** 63n);

class Lowering {
  readonly #scope: Scope;
  readonly #maxDepth: number;
  /** The name that the macro around this part has bound; macros do not nest. */
  #iterator: string | null = null;

  constructor({ scope, maxDepth }: LoweringOptions) {
    this.#scope = scope;
    this.#maxDepth = maxDepth;
  }

  lower(node: ASTNode, depth: number): Expression {
    if (depth > this.#maxDepth) {
      throw new RuleError(`is nested more than ${this.#maxDepth} levels deep`, node);
    }
    const span = { start: node.start, end: node.end };
    const below = (part: ASTNode) => this.lower(part, depth + 1);
    // A chain like `a && b && c` leans to the left; it is long, not deep.
    const along = (part: ASTNode) => this.lower(part, depth);
    switch (node.op) {
      case 'value':
        return this.#literal(node, node.args, false);
      case 'id':
        return this.#variable(node, node.args);
      case '.':
        return this.#select(node, node.args[0], node.args[1], depth);
      case '[]': {
        const [operand, index] = node.args;
        if (index.op === 'value' && typeof index.args === 'string') {
          return this.#select(node, operand, index.args, depth);
        }
        return { kind: 'index', operand: below(operand), index: below(index), ...span };
      }
      case '!_':
        return { kind: 'not', operand: below(node.args), ...span };
      case '-_': {
        if (node.args.op === 'value') return this.#literal(node, node.args.args, true);
        return { kind: 'negate', operand: below(node.args), ...span };
      }
      case '&&':
      case '||': {
        const [left, right] = node.args;
        return { kind: 'logic', op: node.op, left: along(left), right: below(right), ...span };
      }
      case '?:': {
        const [test, then, otherwise] = node.args;
        return {
          kind: 'conditional',
          test: below(test),
          then: below(then),
          otherwise: below(otherwise),
          ...span,
        };
      }
      case 'list':
        return { kind: 'list', items: node.args.map(below), ...span };
      case 'call':
        return this.#call(node, node.args[0], node.args[1], 'function', depth);
      case 'rcall': {
        const [name, receiver, args] = node.args;
        return this.#call(node, name, [receiver, ...args], 'method', depth);
      }
      case 'map':
      case '.?':
      case '[?]':
        throw new RuleError('uses syntax that rules do not have', node);
      default: {
        const left = along(node.args[0]);
        const right = below(node.args[1]);
        return nullTest(node.op, left, right, span) ?? { kind: 'binary', op: node.op, left, right, ...span };
      }
    }
  }

  #literal(node: ASTNode, value: unknown, negative: boolean): Expression {
    const span = { start: node.start, end: node.end };
    if (typeof value === 'bigint') {
      const number = negative ? -value : value;
      if (number > MAX_INT || number < MIN_INT)
        throw new RuleError('is too large a number for 64 bits', node);
      return { kind: 'literal', value: number, ...span };
    }
    if (typeof value === 'number') return { kind: 'literal', value: negative ? -value : value, ...span };
    if (negative) throw new RuleError('negates what is no number', node);
    if (value === null || typeof value === 'string' || typeof value === 'boolean') {
      return { kind: 'literal', value, ...span };
    }
    throw new RuleError('uses a kind of literal that rules do not have', node);
  }

  #variable(node: ASTNode, name: string): Expression {
    if (name === this.#iterator) return { kind: 'iterator', name, start: node.start, end: node.end };
    const members = this.#scope.get(name);
    if (members === undefined) throw unknownVariable(this.#scope, name, node);
    const example = members.keys().next().value ?? '';
    throw new RuleError(
      `uses "${name}" as a value`,
      node,
      `name one of its members, as in ${name}.${example}`,
    );
  }

  #select(node: ASTNode, operand: ASTNode, key: string, depth: number): Expression {
    const span = { start: operand.start, end: node.end };
    const root = operand.op === 'id' && operand.args !== this.#iterator ? operand.args : undefined;
    if (root === undefined) {
      return { kind: 'select', operand: this.lower(operand, depth + 1), key, ...span };
    }
    const members = this.#scope.get(root);
    if (members === undefined) throw unknownVariable(this.#scope, root, operand);
    if (!members.has(key)) throw unknownMember(root, members, key, { start: node.pos, end: node.end });
    return { kind: 'member', root, name: key, ...span };
  }

  #call(
    node: ASTNode,
    name: string,
    args: readonly ASTNode[],
    form: 'function' | 'method',
    depth: number,
  ): Expression {
    const span = { start: node.start, end: node.end };
    const below = (part: ASTNode) => this.lower(part, depth + 1);
    if (form === 'function' && name === 'has') return this.#has(node, args, depth);
    const macro = form === 'method' ? readMacro(node, name, args) : null;
    if (macro !== null) {
      if (this.#iterator !== null) throw new RuleError(`puts ${name}() inside another macro`, node);
      const range = below(macro.range);
      if (holdsMacro(range)) throw new RuleError(`puts ${name}() behind another macro`, node);
      this.#iterator = macro.variable;
      const body = macro.body.map(below);
      this.#iterator = null;
      return { kind: 'macro', name: macro.name, range, variable: macro.variable, body, ...span };
    }
    const lowered = args.map(below);
    checkCall(node, name, lowered, form);
    return { kind: 'call', name, args: lowered, ...span };
  }

  #has(node: ASTNode, args: readonly ASTNode[], depth: number): Expression {
    const [argument] = args;
    const operand = argument && args.length === 1 ? this.lower(argument, depth + 1) : undefined;
    if (operand?.kind !== 'member' && operand?.kind !== 'select') {
      throw new RuleError(
        'asks has() about something that is no member',
        node,
        'write it as has(file.owner_id)',
      );
    }
    return { kind: 'has', operand, start: node.start, end: node.end };
  }
}

function holdsMacro(expression: Expression): boolean {
  return expression.kind === 'macro' || partsOf(expression).some(holdsMacro);
}

/**
 * An absent member is null for `==` and `!=` alone: that is how an anonymous caller fails `auth.id != null`. Two absent
 * members are still not equal: any other use of one is an error, and an error denies.
 */
function nullTest(op: string, left: Expression, right: Expression, span: Span): Expression | null {
  if (op !== '==' && op !== '!=') return null;
  const operand = isNull(right) ? left : isNull(left) ? right : null;
  if (operand?.kind !== 'member' && operand?.kind !== 'select') return null;
  const has: Expression = { kind: 'has', operand, ...span };
  return op === '!=' ? has : { kind: 'not', operand: has, ...span };
}

function isNull(expression: Expression): boolean {
  return expression.kind === 'literal' && expression.value === null;
}
