import type { CompiledRule } from '../compile-rule.ts';
import type { Expression } from '../expression.ts';
import type { RuleType } from '../rule-type.ts';
import type { RuleVariables } from '../rule-variables.ts';
import type { SqlColumn } from './sql-column.ts';
import { Translation } from './translation.ts';
import { Untranslatable } from './untranslatable.ts';

/** Whether the rule has SQL for any caller: each of its conditions must, as none may be decided by who asks. */
export function isTranslatable(rule: CompiledRule, columns: ReadonlyMap<string, SqlColumn>): boolean {
  const translation = new Translation(rule, sampleVariables(rule), columns);
  const everyCondition = (part: Expression): boolean => {
    switch (part.kind) {
      case 'not':
        return everyCondition(part.operand);
      case 'logic':
        return everyCondition(part.left) && everyCondition(part.right);
      case 'conditional':
        return [part.test, part.then, part.otherwise].every(everyCondition);
      default:
        return hasSql(translation, part);
    }
  };
  return everyCondition(rule.expression);
}

function hasSql(translation: Translation, part: Expression): boolean {
  try {
    translation.condition(part, false);
    return true;
  } catch (error) {
    if (error instanceof Untranslatable) return false;
    throw error;
  }
}

const SAMPLES: Readonly<Partial<Record<RuleType, unknown>>> = {
  string: 'a',
  bool: true,
  timestamp: new Date(0),
  'map<string, dyn>': new Map(),
};

/** A caller who has everything that callers can have. */
function sampleVariables({ scope }: CompiledRule): RuleVariables {
  const membersOf = (root: string) => (name: string) => SAMPLES[scope.get(root)?.get(name) ?? 'dyn'];
  return { auth: membersOf('auth'), request: membersOf('request') };
}
