import type { Field } from '../schema/schema.ts';
import type { CheckContext } from './check-storage.ts';
import { FileValuesRepository, type FileField, type FileValue } from './file-values-repository.ts';
import type { StorageProblem } from './storage-problem.ts';

interface Check {
  readonly find: (field: FileField) => FileValue[];
  /** Null = only a person can decide. */
  readonly mend: ((field: FileField) => Promise<void>) | null;
  readonly describe: (fileId: string) => string;
}

/** Records that refer to files that are no more, and references that stand for nothing or are missing. */
export async function* checkReferences(context: CheckContext): AsyncGenerator<StorageProblem> {
  const repository = new FileValuesRepository(context.database);
  for (const { name, primaryKey, fields } of context.schema.collections.values()) {
    for (const field of fields.values()) {
      if (field.file === undefined) continue;
      if (context.bucket !== undefined && field.file.bucket !== context.bucket) continue;
      const place = { collection: name, primaryKey, field: field.name, isList: field.type === 'file[]' };
      if (!repository.has(place)) continue;
      for (const check of checksOf(repository, field)) yield* run(check, place, context.repair);
    }
  }
}

function checksOf(repository: FileValuesRepository, field: Field): Check[] {
  const mayBeEmptied = field.nullable || field.type === 'file[]';
  return [
    {
      find: (place) => repository.withoutFile(place),
      mend: mayBeEmptied ? (place) => repository.removeWithoutFile(place) : null,
      describe: (fileId) => `the record refers to the file ${fileId}, which does not exist`,
    },
    {
      find: (place) => repository.withoutReference(place),
      mend: (place) => repository.addReferences(place),
      describe: (fileId) => `the record's file ${fileId} is not protected from deletion`,
    },
    {
      find: (place) => repository.referencesWithoutValue(place),
      mend: (place) => repository.removeReferencesWithoutValue(place),
      describe: (fileId) => `the file ${fileId} is kept for a record that does not hold it`,
    },
  ];
}

async function* run(check: Check, place: FileField, repair: boolean): AsyncGenerator<StorageProblem> {
  const found = check.find(place);
  if (found.length === 0) return;
  const { mend } = check;
  const repaired = repair && mend !== null;
  if (repaired) await mend(place);
  const advice = mend === null ? 'give the field another file, or delete the record' : '--repair mends it';
  for (const { recordId, fileId } of found) {
    const message = `${check.describe(fileId)}${repaired ? ': mended' : `; ${advice}`}`;
    const { collection, field } = place;
    yield { kind: 'dangling_reference', message, repaired, fileId, collection, recordId, field };
  }
}
