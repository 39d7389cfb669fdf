import { membersOf, type Expression } from './expression.ts';
import { parseExpression } from './parse-expression.ts';
import { compileProgram, type Program } from './program.ts';
import type { RuleVariables } from './rule-variables.ts';
import type { Scope } from './scope.ts';

/** A rule that is known to be sound. */
export interface CompiledRule {
  readonly source: string;
  readonly scope: Scope;
  readonly expression: Expression;
  /** What it looks at, as in `file.owner_id`. */
  readonly members: ReadonlySet<string>;
  /** Only `true` allows: an error in evaluating denies, and so does any other value. */
  allows(variables: RuleVariables): boolean;
  /** The value of one of its parts; throws where that has none. */
  evaluate(part: Expression, variables: RuleVariables): unknown;
}

/** Compiles and type-checks a rule's text; throws RuleError. */
export function compileRule(source: string, scope: Scope): CompiledRule {
  const expression = parseExpression(source, scope);
  const program = compileProgram(scope, expression, 'bool');
  const programs = new Map<Expression, Program>([[expression, program]]);
  return {
    source,
    scope,
    expression,
    members: membersOf(expression),
    allows(variables) {
      try {
        return program(variables) === true;
      } catch {
        return false;
      }
    },
    evaluate(part, variables) {
      const known = programs.get(part) ?? compileProgram(scope, part);
      programs.set(part, known);
      return known(variables);
    },
  };
}
