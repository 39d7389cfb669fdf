import { isUuid } from '../lib/ids.ts';
import { hasFiniteNumbers, type JsonValue } from '../lib/json.ts';
import { isDate, isEmail, isTimestamp, isUrl } from './formats.ts';
import type { FieldType } from './schema.ts';
import type { FieldOption, ValidateOption } from './shape.ts';

/** What one field type takes; CONTRACT section 3. */
export interface FieldTypeRow {
  /** Beside `type`, `nullable` and `internal`, which every field takes. */
  readonly options: readonly FieldOption[];
  readonly validate: readonly ValidateOption[];
  /** The section without which the type means nothing. */
  readonly requires?: 'select' | 'relation' | 'file';
  /** What `default` may make at the time of writing. */
  readonly generates: readonly ('auto' | 'now')[];
  /** The JSON values it holds, null aside; `expects` names them. */
  readonly accepts: (value: JsonValue) => boolean;
  readonly expects: string;
}

const ANYONE = ['nullable', 'internal', 'type'] as const;
const PLAIN = ['default', 'index', 'unique'] as const;
const KEY = [...PLAIN, 'primary', 'references', 'on_delete'] as const;
const LENGTH = ['min_length', 'max_length'] as const;
const TEXT = [...LENGTH, 'pattern', 'format', 'enum'] as const;
const NUMBER = ['min', 'max', 'enum'] as const;

const isText = (value: JsonValue) => typeof value === 'string';
const isTextOf = (check: (text: string) => boolean) => (value: JsonValue) =>
  typeof value === 'string' && check(value);
const isTextList = (value: JsonValue) => Array.isArray(value) && value.every(isText);

const text: FieldTypeRow = {
  options: [...PLAIN, ...LENGTH, 'validate'],
  validate: TEXT,
  generates: [],
  accepts: isText,
  expects: 'text',
};
const moment: FieldTypeRow = {
  options: [...PLAIN, 'on_update'],
  validate: [],
  generates: ['now'],
  accepts: isTextOf(isTimestamp),
  expects: 'an RFC 3339 time like 2026-11-24T09:30:00Z',
};
const key: FieldTypeRow = {
  options: [...KEY],
  validate: [],
  generates: ['auto'],
  accepts: isTextOf(isUuid),
  expects: 'a lower-case UUID',
};

export const FIELD_TYPE_ROWS: Readonly<Record<FieldType, FieldTypeRow>> = {
  id: { ...key, accepts: isText, expects: 'text' },
  uuid: key,
  string: { ...text, options: [...KEY, ...LENGTH, 'validate'], generates: ['auto'] },
  text,
  richtext: text,
  int: {
    options: [...KEY, 'validate'],
    validate: NUMBER,
    generates: [],
    accepts: Number.isSafeInteger,
    expects: 'a whole number up to 2^53 - 1',
  },
  float: {
    options: [...PLAIN, 'validate'],
    validate: NUMBER,
    generates: [],
    accepts: Number.isFinite,
    expects: 'a number',
  },
  bool: {
    options: [...PLAIN],
    validate: [],
    generates: [],
    accepts: (value) => typeof value === 'boolean',
    expects: 'true or false',
  },
  timestamp: moment,
  date: { ...moment, accepts: isTextOf(isDate), expects: 'a date like 2026-11-24' },
  json: {
    options: ['default'],
    validate: [],
    generates: [],
    accepts: hasFiniteNumbers,
    expects: 'JSON with no number beyond 1.8e308, the limit of a double',
  },
  blob: { options: [], validate: [], generates: [], accepts: isText, expects: 'Base64 text' },
  email: { ...text, accepts: isTextOf(isEmail), expects: 'an e-mail address' },
  url: { ...text, accepts: isTextOf(isUrl), expects: 'an http or https URL' },
  select: {
    options: [...PLAIN, 'select'],
    validate: [],
    requires: 'select',
    generates: [],
    accepts: (value) => isText(value) || isTextList(value),
    expects: 'one of its values, or a list of them',
  },
  relation: {
    options: ['index', 'unique', 'relation', 'on_delete'],
    validate: [],
    requires: 'relation',
    generates: [],
    accepts: (value) => isText(value) || Number.isSafeInteger(value),
    expects: "a record's key",
  },
  file: {
    options: ['index', 'unique', 'file'],
    validate: [],
    requires: 'file',
    generates: [],
    // Whether a file of that id exists is for the record's own check to say.
    accepts: isText,
    expects: "a file's id",
  },
  'file[]': {
    options: ['file'],
    validate: [],
    requires: 'file',
    generates: [],
    accepts: isTextList,
    expects: 'a list of file ids',
  },
};

/** Whether a field of this type takes the option. */
export function takesOption(type: FieldType, option: FieldOption): boolean {
  return ANYONE.some((common) => common === option) || FIELD_TYPE_ROWS[type].options.includes(option);
}
