import type { CollectionDraft, FieldDraft } from './schema-draft.ts';

/** The fields marked as primary key; a sound collection has exactly one. */
export function primaryKeys(collection: CollectionDraft): FieldDraft[] {
  return [...collection.fields.values()].filter(({ written }) => written?.primary === true);
}

/** The name of the first, or undefined. */
export function primaryKeyOf(collection: CollectionDraft | undefined): string | undefined {
  return collection && primaryKeys(collection)[0]?.name;
}
