import type { SchemaField } from '../api/schema.ts';

export type Control =
  | 'line'
  | 'lines'
  | 'number'
  | 'check'
  | 'moment'
  | 'date'
  | 'json'
  | 'blob'
  | 'choice'
  | 'choices'
  | 'relation'
  | 'file'
  | 'files';

const BY_TYPE: Readonly<Record<string, Control>> = {
  text: 'lines',
  richtext: 'lines',
  int: 'number',
  float: 'number',
  bool: 'check',
  timestamp: 'moment',
  date: 'date',
  json: 'json',
  blob: 'blob',
  relation: 'relation',
  file: 'file',
  'file[]': 'files',
};

/** What one edits a field with. */
export function controlOf({ type, select, references, validate }: SchemaField): Control {
  if (select !== null) return select.max_select === 1 ? 'choice' : 'choices';
  if (references !== null) return 'relation';
  if (validate.enum !== undefined) return 'choice';
  return BY_TYPE[type] ?? 'line';
}

/** The values of a choice, as texts. */
export function choicesOf({ select, validate }: SchemaField): readonly string[] {
  return select?.values ?? (validate.enum ?? []).map(String);
}

/** Fields that the server sets by itself on every change. */
export function isAutomatic({ on_update: onUpdate }: SchemaField): boolean {
  return onUpdate !== null;
}
