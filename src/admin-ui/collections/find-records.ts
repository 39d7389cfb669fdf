import { EVERYTHING, listRecords, textOf } from '../api/records.ts';
import type { Collection } from '../api/schema.ts';
import type { Choice } from '../parts/pick-dialog.tsx';
import { keyOf, labelOf } from './record-label.ts';

const SHOWN = 50;

/** Records to choose from; `by` is the field that tells them apart for whoever refers to them. */
export async function findRecords(
  collection: Collection,
  by: string,
  search: string,
  signal: AbortSignal,
): Promise<readonly Choice[]> {
  const { docs } = await listRecords(collection.name, { ...EVERYTHING, search, limit: SHOWN }, signal);
  return docs.map((doc) => ({
    key: textOf(doc[by]),
    label: labelOf(collection, doc),
    note: keyOf(collection, doc),
  }));
}
