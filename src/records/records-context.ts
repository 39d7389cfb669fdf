import type { FilesContext } from '../files/files-context.ts';
import { AppError } from '../lib/errors.ts';
import type { Collection } from '../schema/schema.ts';
import type { RecordListRepository } from './record-list-repository.ts';
import type { RecordsRepository } from './records-repository.ts';

/** What the record use cases work with; built once by app.ts. */
export interface RecordsContext {
  readonly files: FilesContext;
  readonly records: RecordsRepository;
  readonly recordList: RecordListRepository;
}

/** The collection of that name; throws COLLECTION_NOT_FOUND. */
export function requireCollection({ files }: RecordsContext, name: string): Collection {
  const collection = files.schema.collections.get(name);
  if (collection !== undefined) return collection;
  throw new AppError('COLLECTION_NOT_FOUND', `There is no collection "${name}".`, { collection: name });
}
