import { hintAmong } from '../lib/shape-problems.ts';
import type { YamlPath } from '../lib/yaml-tree.ts';
import { FIELD_TYPE_ROWS, takesOption } from './field-types.ts';
import { compilePattern, valueProblem } from './field-value.ts';
import { FORMATS } from './formats.ts';
import type { FieldDraft } from './schema-draft.ts';
import type { SchemaReader } from './schema-reader.ts';
import type { FieldOption, ValidateOption, WrittenField } from './shape.ts';
import { isGenerated, selectOf, validationOf } from './to-field.ts';

/** What one field says against itself: options its type does not take, limits that contradict each other. */
export function checkField(reader: SchemaReader, { path, written }: FieldDraft): void {
  if (written === undefined) return;
  const before = reader.problems.length;
  checkOptions(reader, path, written);
  checkKey(reader, path, written);
  checkLimits(reader, path, written);
  checkSelect(reader, path, written);
  if (reader.problems.length === before) checkValues(reader, path, written);
}

function checkOptions(reader: SchemaReader, path: YamlPath, field: WrittenField): void {
  const { type } = field;
  const row = FIELD_TYPE_ROWS[type];
  for (const option of keysOf<FieldOption>(field)) {
    if (takesOption(type, option)) continue;
    const hint = `it takes: ${['nullable', 'internal', ...row.options].join(', ')}`;
    reader.report([...path, option], `does not fit the type ${type}`, hint, 'key');
  }
  for (const option of keysOf<ValidateOption>(field.validate ?? {})) {
    if (row.validate.includes(option) || !takesOption(type, 'validate')) continue;
    const hint = `validate takes: ${row.validate.join(', ')}`;
    reader.report([...path, 'validate', option], `does not fit the type ${type}`, hint, 'key');
  }
  if (row.requires !== undefined && field[row.requires] === undefined) {
    reader.report([...path, row.requires], `is required for the type ${type}`);
  }
  if (type === 'file' && field.file?.max_files !== undefined) {
    const hint = 'a field of type "file[]" holds several';
    reader.report([...path, 'file', 'max_files'], 'does not fit the type file', hint, 'key');
  }
}

function keysOf<Key extends string>(section: Readonly<Partial<Record<Key, unknown>>>): Key[] {
  const entries = Object.entries(section) as [Key, unknown][];
  return entries.filter(([, value]) => value !== undefined).map(([option]) => option);
}

function checkKey(reader: SchemaReader, path: YamlPath, field: WrittenField): void {
  const { primary, nullable, references, relation, on_delete: onDelete } = field;
  if (primary === true && nullable === true) {
    reader.report([...path, 'nullable'], 'does not fit a primary key', undefined, 'key');
  }
  if (onDelete !== undefined && references === undefined && relation === undefined) {
    reader.report([...path, 'on_delete'], 'needs references beside it', undefined, 'key');
  }
  if (onDelete !== undefined && relation?.on_delete !== undefined) {
    reader.report(
      [...path, 'on_delete'],
      'is given twice: remove it here or under relation',
      undefined,
      'key',
    );
  }
  if (nullable === true) return;
  const hint = 'add nullable: true, or choose restrict, cascade or no_action';
  if (onDelete === 'set_null') reader.report([...path, 'on_delete'], 'needs a nullable field', hint);
  if (relation?.on_delete === 'set_null') {
    reader.report([...path, 'relation', 'on_delete'], 'needs a nullable field', hint);
  }
}

function checkLimits(reader: SchemaReader, path: YamlPath, field: WrittenField): void {
  const { validate } = field;
  for (const option of ['min_length', 'max_length'] as const) {
    if (field[option] === undefined || validate?.[option] === undefined) continue;
    reader.report([...path, option], 'is given twice: remove it here or under validate', undefined, 'key');
  }
  const { min, max, minLength, maxLength, pattern, format } = validationOf(field);
  if (min !== undefined && max !== undefined && min > max) {
    reader.report([...path, 'validate', 'min'], `must not be more than max, ${max}`);
  }
  if (minLength !== undefined && maxLength !== undefined && minLength > maxLength) {
    const section = field.min_length === undefined ? [...path, 'validate'] : path;
    reader.report([...section, 'min_length'], `must not be more than the longest length, ${maxLength}`);
  }
  if (pattern !== undefined && compilePattern(pattern) === null) {
    const hint = 'RE2 syntax: no lookaround, no backreferences';
    reader.report([...path, 'validate', 'pattern'], 'is no regular expression', hint);
  }
  if (format !== undefined && !Object.hasOwn(FORMATS, format)) {
    reader.report(
      [...path, 'validate', 'format'],
      'is no known format',
      hintAmong(format, Object.keys(FORMATS)),
    );
  }
}

function checkSelect(reader: SchemaReader, path: YamlPath, { select }: WrittenField): void {
  const values = select?.values ?? [];
  if (new Set(values).size < values.length) {
    reader.report([...path, 'select', 'values'], 'must not hold a value twice');
  }
}

function checkValues(reader: SchemaReader, path: YamlPath, field: WrittenField): void {
  const limits = { type: field.type, validate: validationOf(field), select: selectOf(field) };
  const { enum: allowed, ...others } = limits.validate;
  for (const [index, value] of (allowed ?? []).entries()) {
    const problem = valueProblem({ ...limits, validate: others }, value);
    if (problem !== null) reader.report([...path, 'validate', 'enum', index], problem);
  }
  const { type, default: standard } = field;
  if (standard === undefined || isGenerated(type, standard)) return;
  const problem = valueProblem(limits, standard);
  if (problem === null) return;
  const { generates } = FIELD_TYPE_ROWS[type];
  reader.report([...path, 'default'], [problem, ...generates].join(', or '));
}
