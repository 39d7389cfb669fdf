/** Where a part of a rule stands in its text. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

export const COMPARISONS = ['==', '!=', '<', '<=', '>', '>='] as const;
export type Comparison = (typeof COMPARISONS)[number];
export type Arithmetic = '+' | '-' | '*' | '/' | '%';

export type MacroName = 'all' | 'exists' | 'exists_one' | 'filter' | 'map';

/** One member of one variable, as in `auth.id`. */
export interface MemberExpression extends Span {
  readonly kind: 'member';
  readonly root: string;
  readonly name: string;
}

/** Something inside a JSON value, as in `file.metadata.public`. */
export interface SelectExpression extends Span {
  readonly kind: 'select';
  readonly operand: Expression;
  readonly key: string;
}

/**
 * A rule, checked and reduced to what its meaning hangs on: `x == null` on a member is its absence, `x["a"]` is `x.a`,
 * `-1` is a literal.
 */
export type Expression =
  | MemberExpression
  | SelectExpression
  | (Span & { readonly kind: 'literal'; readonly value: string | bigint | number | boolean | null })
  | (Span & { readonly kind: 'has'; readonly operand: MemberExpression | SelectExpression })
  | (Span & { readonly kind: 'iterator'; readonly name: string })
  | (Span & { readonly kind: 'index'; readonly operand: Expression; readonly index: Expression })
  | (Span & { readonly kind: 'list'; readonly items: readonly Expression[] })
  | (Span & { readonly kind: 'not'; readonly operand: Expression })
  | (Span & { readonly kind: 'negate'; readonly operand: Expression })
  | (Span & {
      readonly kind: 'logic';
      readonly op: '&&' | '||';
      readonly left: Expression;
      readonly right: Expression;
    })
  | (Span & {
      readonly kind: 'binary';
      readonly op: Comparison | Arithmetic | 'in';
      readonly left: Expression;
      readonly right: Expression;
    })
  | (Span & {
      readonly kind: 'conditional';
      readonly test: Expression;
      readonly then: Expression;
      readonly otherwise: Expression;
    })
  /** A method's receiver is its first argument. */
  | (Span & { readonly kind: 'call'; readonly name: string; readonly args: readonly Expression[] })
  | (Span & {
      readonly kind: 'macro';
      readonly name: MacroName;
      readonly range: Expression;
      readonly variable: string;
      readonly body: readonly Expression[];
    });

/** The parts directly below. */
export function partsOf(expression: Expression): readonly Expression[] {
  switch (expression.kind) {
    case 'literal':
    case 'member':
    case 'iterator':
      return [];
    case 'has':
    case 'select':
    case 'not':
    case 'negate':
      return [expression.operand];
    case 'index':
      return [expression.operand, expression.index];
    case 'list':
      return expression.items;
    case 'logic':
    case 'binary':
      return [expression.left, expression.right];
    case 'conditional':
      return [expression.test, expression.then, expression.otherwise];
    case 'call':
      return expression.args;
    case 'macro':
      return [expression.range, ...expression.body];
  }
}

/** The members a rule looks at, as in `file.owner_id`. */
export function membersOf(expression: Expression): Set<string> {
  const members = new Set<string>();
  const visit = (part: Expression) => {
    if (part.kind === 'member') members.add(memberKey(part));
    partsOf(part).forEach(visit);
  };
  visit(expression);
  return members;
}

export function memberKey({ root, name }: MemberExpression): string {
  return `${root}.${name}`;
}
