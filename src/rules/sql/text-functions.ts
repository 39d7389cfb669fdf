import { ERROR } from '../outcome.ts';
import type { Condition } from './condition.ts';
import { asScalar, ERROR_OPERAND, type Operand, type ScalarOperand } from './operand.ts';
import { bound, sql, written, type SqlText } from './sql-text.ts';
import { Untranslatable } from './untranslatable.ts';

/** startsWith, endsWith and contains. As bytes, as SQLite's text functions stop at a NUL; UTF-8 loses nothing by that. */
export function textPredicate(name: string, text: Operand, part: Operand): Condition {
  if (text.kind === 'error' || part.kind === 'error') return ERROR;
  const [a, b] = [asScalar(text), asScalar(part)];
  if (a === null || b === null) throw new Untranslatable();
  if (a.type !== 'string' || b.type !== 'string') return ERROR;
  const [whole, piece] = [bytes(a), bytes(b)];
  switch (name) {
    case 'startsWith':
      return prefixRange(a, part) ?? sql`instr(${whole}, ${piece}) = 1`;
    case 'endsWith': {
      const [have, want] = [sql`length(${whole})`, sql`length(${piece})`];
      // Of an empty blob, substr() is NULL.
      const end = sql`coalesce(substr(${whole}, ${have} - ${want} + 1), x'')`;
      return sql`CASE WHEN ${have} >= ${want} THEN ${end} = ${piece} WHEN ${have} < ${want} THEN 0 END`;
    }
    case 'contains':
      return sql`instr(${whole}, ${piece}) > 0`;
    default:
      throw new Untranslatable();
  }
}

/** What starts with "abc" lies from "abc" up to "abd": a range that an index can find. */
function prefixRange({ text }: ScalarOperand, prefix: Operand): SqlText | null {
  const known = prefix.kind === 'constant' ? String(prefix.value) : '';
  const last = known.codePointAt(known.length - 1);
  if (last === undefined || last >= 0xd7ff) return null;
  const behind = known.slice(0, -1) + String.fromCodePoint(last + 1);
  return sql`(${text} >= ${bound(known)} AND ${text} < ${bound(behind)})`;
}

function bytes({ text }: ScalarOperand): SqlText {
  return sql`CAST(${text} AS BLOB)`;
}

/** A byte that no UTF-8 text holds. */
const END = written(`CAST(x'ff' AS TEXT)`);

/** SQLite's length() stops at a NUL; the position of what stands behind the text does not. */
export function textSize({ text, nullable }: ScalarOperand): Operand {
  return {
    kind: 'scalar',
    type: 'int',
    text: sql`(instr(${text} || ${END}, ${END}) - 1)`,
    nullable,
    range: { min: 0n, max: 2n ** 31n },
  };
}

/** SQLite's lower() and upper() know ASCII alone, which is what is asked for. */
export function changeCase(name: 'lowerAscii' | 'upperAscii', text: Operand): Operand {
  if (text.kind === 'error') return ERROR_OPERAND;
  const scalar = asScalar(text);
  if (scalar?.type !== 'string') throw new Untranslatable();
  const changed = name === 'lowerAscii' ? sql`lower(${scalar.text})` : sql`upper(${scalar.text})`;
  return { ...scalar, text: changed };
}
