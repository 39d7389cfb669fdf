import type { CompiledRule } from '../compile-rule.ts';
import { partsOf, type Expression, type MemberExpression } from '../expression.ts';
import { ERROR, FALSE, outcomeOf, TRUE } from '../outcome.ts';
import type { RuleVariables } from '../rule-variables.ts';
import type { RuleType } from '../rule-type.ts';
import { arithmetic, COLUMN_RANGE, negation } from './arithmetic.ts';
import { comparison } from './comparison.ts';
import { and, conditionText, not, or, type Condition } from './condition.ts';
import { jsonCondition, jsonHas, jsonMember } from './json-operand.ts';
import { literalMembership, membership } from './membership.ts';
import { asScalar, ERROR_OPERAND, type Operand, type ScalarOperand } from './operand.ts';
import type { SqlColumn } from './sql-column.ts';
import { NULL, sql, written } from './sql-text.ts';
import { changeCase, textPredicate, textSize } from './text-functions.ts';
import { Untranslatable } from './untranslatable.ts';

const COLUMN_TYPES: Readonly<Record<SqlColumn['type'], readonly RuleType[]>> = {
  string: ['string'],
  int: ['int'],
  double: ['double'],
  bool: ['bool'],
  timestamp: ['timestamp'],
  json: ['dyn', 'map<string, dyn>'],
  list: ['list<string>'],
};

/** Translates the parts of one rule for one caller; throws Untranslatable. */
export class Translation {
  readonly #rule: CompiledRule;
  readonly #variables: RuleVariables;
  readonly #columns: ReadonlyMap<string, SqlColumn>;

  constructor(rule: CompiledRule, variables: RuleVariables, columns: ReadonlyMap<string, SqlColumn>) {
    this.#rule = rule;
    this.#variables = variables;
    this.#columns = columns;
  }

  /** `positive`: only whether it is true matters, so that an error may as well be false. */
  condition(part: Expression, positive: boolean): Condition {
    const condition = looksAtRow(part) ? this.#rowCondition(part, positive) : this.#outcome(part);
    return positive && condition === ERROR ? FALSE : condition;
  }

  #rowCondition(part: Expression, positive: boolean): Condition {
    switch (part.kind) {
      case 'has':
        return this.#has(part.operand);
      case 'not':
        return not(this.condition(part.operand, false));
      case 'logic': {
        const [left, right] = [this.condition(part.left, positive), this.condition(part.right, positive)];
        return part.op === '&&' ? and(left, right) : or(left, right);
      }
      case 'conditional': {
        const test = this.condition(part.test, false);
        if (typeof test === 'number') {
          return test === ERROR
            ? ERROR
            : this.condition(test === TRUE ? part.then : part.otherwise, positive);
        }
        const then = conditionText(this.condition(part.then, false));
        const otherwise = conditionText(this.condition(part.otherwise, false));
        return sql`CASE ${test} WHEN 1 THEN ${then} WHEN 0 THEN ${otherwise} END`;
      }
      case 'binary':
        return this.#binaryCondition(part);
      case 'call': {
        const [text, piece] = part.args;
        if (text === undefined || piece === undefined) throw new Untranslatable();
        return textPredicate(part.name, this.#value(text), this.#value(piece));
      }
      case 'member':
      case 'select':
        return this.#valueAsCondition(this.#value(part));
      default:
        throw new Untranslatable();
    }
  }

  #binaryCondition({ op, left, right }: Extract<Expression, { kind: 'binary' }>): Condition {
    switch (op) {
      case '==':
      case '!=':
      case '<':
      case '<=':
      case '>':
      case '>=':
        return comparison(op, this.#value(left), this.#value(right));
      case 'in':
        if (right.kind !== 'list') return membership(this.#value(left), this.#value(right));
        return literalMembership(
          this.#value(left),
          right.items.map((item) => this.#value(item)),
        );
      default:
        throw new Untranslatable();
    }
  }

  #valueAsCondition(operand: Operand): Condition {
    if (operand.kind === 'json') return jsonCondition(operand);
    if (operand.kind === 'error') return ERROR;
    const scalar = asScalar(operand);
    return scalar?.type === 'bool' ? scalar.text : ERROR;
  }

  #has(operand: Extract<Expression, { kind: 'has' }>['operand']): Condition {
    if (operand.kind === 'member') return sql`${written(this.#column(operand).sql)} IS NOT NULL`;
    const holder = this.#value(operand.operand);
    if (holder.kind === 'error') return ERROR;
    if (holder.kind !== 'json') throw new Untranslatable();
    return jsonHas(holder, operand.key);
  }

  #value(part: Expression): Operand {
    if (!looksAtRow(part)) return this.#constant(part);
    switch (part.kind) {
      case 'member':
        return this.#member(part);
      case 'select': {
        const holder = this.#value(part.operand);
        if (holder.kind !== 'json') throw new Untranslatable();
        return jsonMember(holder, part.key);
      }
      case 'negate':
        return negation(this.#value(part.operand));
      case 'binary':
        switch (part.op) {
          case '+':
          case '-':
          case '*':
          case '/':
          case '%':
            return arithmetic(part.op, this.#value(part.left), this.#value(part.right));
          default:
            return this.#conditionAsValue(part);
        }
      case 'conditional':
        return this.#conditionalValue(part);
      case 'call':
        return this.#call(part);
      case 'has':
      case 'not':
      case 'logic':
        return this.#conditionAsValue(part);
      default:
        throw new Untranslatable();
    }
  }

  #member(member: MemberExpression): Operand {
    const { sql: name, type } = this.#column(member);
    const text = written(name);
    // A column added to the schema later may lack values that it is said to have.
    const nullable = true;
    if (type === 'json') return { kind: 'json', column: text, path: [] };
    if (type === 'list') return { kind: 'list', text };
    if (type === 'bool') return { kind: 'scalar', type, text: sql`(${text} = 1)`, nullable };
    const range = type === 'int' ? { range: COLUMN_RANGE } : {};
    return { kind: 'scalar', type, text, nullable, ...range, finite: type === 'double' };
  }

  /** A column that does not hold what the rule takes it for is none. */
  #column({ root, name }: MemberExpression): SqlColumn {
    const column = this.#columns.get(name);
    const type = this.#rule.scope.get(root)?.get(name);
    if (column === undefined || type === undefined || !COLUMN_TYPES[column.type].includes(type)) {
      throw new Untranslatable();
    }
    return column;
  }

  #call({ name, args }: Extract<Expression, { kind: 'call' }>): Operand {
    const [argument, ...others] = args;
    if (argument === undefined) throw new Untranslatable();
    if (others.length > 0) return this.#conditionAsValue({ kind: 'call', name, args, start: 0, end: 0 });
    const operand = this.#value(argument);
    if (operand.kind === 'error') return ERROR_OPERAND;
    if (name === 'lowerAscii' || name === 'upperAscii') return changeCase(name, operand);
    if (name === 'size' && operand.kind === 'list') {
      const range = { min: 0n, max: 2n ** 31n };
      return {
        kind: 'scalar',
        type: 'int',
        text: sql`json_array_length(${operand.text})`,
        nullable: true,
        range,
      };
    }
    const scalar = asScalar(operand);
    if (name === 'size' && scalar?.type === 'string') return textSize(scalar);
    if (name === 'double' && scalar?.type === 'int') {
      return { ...scalar, type: 'double', text: sql`CAST(${scalar.text} AS REAL)`, finite: true };
    }
    throw new Untranslatable();
  }

  #conditionAsValue(part: Expression): Operand {
    const condition = this.condition(part, false);
    if (condition === ERROR) return ERROR_OPERAND;
    if (typeof condition === 'number') return { kind: 'constant', value: condition === TRUE };
    return { kind: 'scalar', type: 'bool', text: sql`(${condition})`, nullable: true };
  }

  #conditionalValue({ test, then, otherwise }: Extract<Expression, { kind: 'conditional' }>): Operand {
    const condition = this.condition(test, false);
    if (condition === ERROR) return ERROR_OPERAND;
    if (typeof condition === 'number') return this.#value(condition === TRUE ? then : otherwise);
    const branches = [this.#value(then), this.#value(otherwise)];
    const scalars = branches.map((branch) => (branch.kind === 'error' ? null : scalarOf(branch)));
    const [a, b] = scalars;
    const known = a ?? b;
    if (!known) return ERROR_OPERAND;
    if (a && b && a.type !== b.type) throw new Untranslatable();
    const [x, y] = [a?.text ?? NULL, b?.text ?? NULL];
    const text = sql`CASE ${condition} WHEN 1 THEN ${x} WHEN 0 THEN ${y} END`;
    return { ...widest(known, b ?? known), text, nullable: true };
  }

  #outcome(part: Expression): number {
    try {
      return outcomeOf(this.#rule.evaluate(part, this.#variables));
    } catch {
      return ERROR;
    }
  }

  #constant(part: Expression): Operand {
    try {
      return { kind: 'constant', value: this.#rule.evaluate(part, this.#variables) };
    } catch {
      return ERROR_OPERAND;
    }
  }
}

function looksAtRow(part: Expression): boolean {
  if (part.kind === 'member') return part.root === 'file' || part.root === 'doc';
  return partsOf(part).some(looksAtRow);
}

function scalarOf(operand: Operand): ScalarOperand {
  const scalar = asScalar(operand);
  if (scalar === null) throw new Untranslatable();
  return scalar;
}

/** What either may be. */
function widest(a: ScalarOperand, b: ScalarOperand): ScalarOperand {
  const range = a.range &&
    b.range && {
      min: a.range.min < b.range.min ? a.range.min : b.range.min,
      max: a.range.max > b.range.max ? a.range.max : b.range.max,
    };
  return { ...a, ...(range && { range }), finite: a.finite === true && b.finite === true };
}
