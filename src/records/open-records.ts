import type { Database } from '../db/database.ts';
import type { FilesContext } from '../files/files-context.ts';
import { RecordCounts } from './record-counts.ts';
import { RecordListRepository } from './record-list-repository.ts';
import type { RecordsContext } from './records-context.ts';
import { RecordsRepository } from './records-repository.ts';
import { syncTables } from './sync-tables.ts';
import { TablesRepository } from './tables-repository.ts';

export interface RecordsLog {
  info(context: object, message: string): void;
}

/** Brings the collections' tables up to date with the schema, and opens them. Throws OperatorError like `syncTables`. */
export function openRecords(database: Database, files: FilesContext, log: RecordsLog): RecordsContext {
  const { schema, rules, clock, newId } = files;
  const tables = new TablesRepository(database);
  const changes = syncTables({ tables, schema, rules, clock, newId });
  if (changes.length > 0) log.info({ changes }, 'the collections follow schema.yaml');
  const counts = new RecordCounts();
  return {
    files,
    records: new RecordsRepository(database, schema, counts),
    recordList: new RecordListRepository(database, schema, counts),
  };
}
