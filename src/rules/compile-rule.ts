import { buildDecisionTree, judge, type DecisionTree } from './decision-tree.ts';
import { membersOf, type Expression } from './expression.ts';
import { TRUE } from './outcome.ts';
import { parseExpression } from './parse-expression.ts';
import { ProgramCompiler, type Context, type Program } from './program.ts';
import type { RuleVariables } from './rule-variables.ts';
import type { Scope } from './scope.ts';

/** A rule that is known to be sound. */
export class CompiledRule {
  readonly source: string;
  readonly scope: Scope;
  readonly expression: Expression;
  readonly tree: DecisionTree;
  /** What it looks at, as in `file.owner_id`. */
  readonly members: ReadonlySet<string>;
  readonly #compiler: ProgramCompiler;
  readonly #programs = new Map<Expression, Program>();

  /** Of the text, or of a part of what it says; throws RuleError. */
  constructor(source: string, scope: Scope, expression = parseExpression(source, scope)) {
    this.source = source;
    this.scope = scope;
    this.expression = expression;
    this.members = membersOf(this.expression);
    this.#compiler = new ProgramCompiler(scope);
    this.#compiler.checkCondition(this.expression);
    this.tree = buildDecisionTree(this.#compiler, this.expression);
  }

  /** Only `true` allows: an error in evaluating denies, and so does any other value. */
  allows(variables: RuleVariables): boolean {
    return judge(this.tree, this.context(variables)) === TRUE;
  }

  /** What the conditions of `tree` run on. */
  context(variables: RuleVariables): Context {
    return this.#compiler.context(variables);
  }

  /** The value of one of its parts; throws where that has none. */
  evaluate(part: Expression, variables: RuleVariables): unknown {
    const program = this.#programs.get(part) ?? this.#compiler.compile(part);
    this.#programs.set(part, program);
    return program(this.context(variables));
  }
}

/** Compiles and type-checks a rule's text; throws RuleError. */
export function compileRule(source: string, scope: Scope): CompiledRule {
  return new CompiledRule(source, scope);
}
