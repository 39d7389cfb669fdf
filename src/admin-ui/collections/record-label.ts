import { textOf, type Doc } from '../api/records.ts';
import type { Collection } from '../api/schema.ts';

/** What people would call a record: its first text that is no key. */
export function labelOf(collection: Collection, doc: Doc): string {
  for (const { name, type, primary } of collection.fields) {
    const value = doc[name];
    if (!primary && ['string', 'email', 'text'].includes(type) && typeof value === 'string' && value !== '') {
      return value;
    }
  }
  return keyOf(collection, doc);
}

export function keyOf(collection: Collection, doc: Doc): string {
  return textOf(doc[collection.primary_key]);
}
