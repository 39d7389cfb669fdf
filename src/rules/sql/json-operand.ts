import type { Condition } from './condition.ts';
import { scalarConstant, type Operand, type ScalarOperand } from './operand.ts';
import { bound, sql, written, type SqlText } from './sql-text.ts';
import { Untranslatable } from './untranslatable.ts';

export type JsonOperand = Extract<Operand, { kind: 'json' }>;

/** The member of a JSON object; throws Untranslatable for keys that SQLite's paths cannot say safely. */
export function jsonMember({ kind, column, path }: JsonOperand, key: string): JsonOperand {
  if (!/^[\w -]+$/.test(key)) throw new Untranslatable();
  return { kind, column, path: [...path, key] };
}

function pathText(path: readonly string[]): SqlText {
  return bound(`$${path.map((key) => `."${key}"`).join('')}`);
}

/**
 * The value as JSON text, NULL where it is absent or null. All JSON here is written by JSON.stringify, which spells
 * each scalar in one way: comparing spellings compares values, types included, where SQL's own values lose them.
 */
function jsonText({ column, path }: JsonOperand): SqlText {
  return path.length === 0 ? column : sql`nullif(${column} -> ${pathText(path)}, 'null')`;
}

function jsonType({ column, path }: JsonOperand): SqlText {
  return sql`json_type(${column}, ${pathText(path)})`;
}

/** The value itself as a condition: what is neither true nor false is an error. */
export function jsonCondition(operand: JsonOperand): SqlText {
  return sql`CASE ${jsonText(operand)} WHEN 'true' THEN 1 WHEN 'false' THEN 0 END`;
}

export function jsonEquals(operand: JsonOperand, value: unknown, op: '==' | '!='): SqlText {
  const isScalar = typeof value === 'number' || typeof value === 'bigint' || typeof value === 'string';
  if (!isScalar && typeof value !== 'boolean') throw new Untranslatable();
  // Checks that SQLite would not change it.
  scalarConstant(value);
  const spelled = bound(spelling(value));
  return op === '==' ? sql`${jsonText(operand)} = ${spelled}` : sql`${jsonText(operand)} <> ${spelled}`;
}

/** An integer that no double equals is spelled as nothing that JSON.stringify writes. */
function spelling(value: string | number | bigint | boolean): string {
  if (typeof value !== 'bigint') return JSON.stringify(value);
  return BigInt(Number(value)) === value ? JSON.stringify(Number(value)) : 'no double';
}

/** `has()` of something within: an error unless what holds it is an object. */
export function jsonHas(operand: JsonOperand, key: string): SqlText {
  const type = jsonType(jsonMember(operand, key));
  return sql`CASE ${jsonType(operand)} WHEN 'object' THEN coalesce(${type} <> 'null', 0) END`;
}

/** Text `in` a JSON array, or among the keys of an object; anything else holds nothing and is an error. */
export function jsonHolds(operand: JsonOperand, needle: ScalarOperand): Condition {
  if (needle.type !== 'string') throw new Untranslatable();
  if (needle.nullable) throw new Untranslatable();
  const items = jsonItems(operand.column, pathText(operand.path));
  return sql`CASE ${jsonType(operand)}
    WHEN 'array' THEN ${needle.text} IN (SELECT json_each.value ${items} WHERE json_each.type = 'text')
    WHEN 'object' THEN ${needle.text} IN (SELECT json_each.key ${items} WHERE json_each.type <> 'null') END`;
}

/** The column goes through a name of ours: json_each has columns called `value`, `key`, `id`, `path`, … of its own. */
export function jsonItems(column: SqlText, path: SqlText = written(`'$'`)): SqlText {
  return sql`FROM (SELECT ${column} AS _alyx_json), json_each(_alyx_json, ${path})`;
}
