import type { ASTNode } from '@marcbachmann/cel-js';
import type { MacroName } from './expression.ts';
import { RuleError } from './rule-error.ts';

export interface Macro {
  readonly name: MacroName;
  readonly range: ASTNode;
  readonly variable: string;
  readonly body: readonly ASTNode[];
}

/** How many arguments each takes behind its receiver, the variable's name among them. */
const MACROS: Readonly<Record<MacroName, readonly number[]>> = {
  all: [2],
  exists: [2],
  exists_one: [2],
  filter: [2],
  map: [2, 3],
};

/** The call as a macro over a list; null if it is none. */
export function readMacro(node: ASTNode, name: string, args: readonly ASTNode[]): Macro | null {
  if (!Object.hasOwn(MACROS, name)) return null;
  const [range, variable, ...body] = args;
  const takes = MACROS[name as MacroName];
  if (range === undefined || variable?.op !== 'id' || !takes.includes(body.length + 1)) {
    throw new RuleError(`calls ${name}() wrongly`, node, `write it as list.${name}(item, item == "a")`);
  }
  return { name: name as MacroName, range, variable: variable.args, body };
}
