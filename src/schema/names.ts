import { z } from 'zod';
import { refuse } from '../lib/unit-shapes.ts';

const NAME = /^[a-z][a-z0-9_-]{0,62}$/;

/** `_alyx` holds our own tables, `sqlite_` SQLite's; `constructor` is found on every JavaScript object. */
const RESERVED = /^(?:_alyx|sqlite_|constructor$)/;

/** The name of a bucket, collection, field or index. */
export const name = z.string().superRefine((written, context) => {
  if (RESERVED.test(written)) refuse(context, 'is a reserved name');
  else if (!NAME.test(written)) {
    refuse(context, 'is no name: use a-z, 0-9, "_" and "-", up to 63 characters, starting with a letter');
  }
});

/** What SQLite takes for a table that it has itself; `test/schema/reserved-names.test.ts` asks the SQLite in use. */
const SQLITE_TABLE = /^(?:pragma_|jsonb?_(?:each|tree)$|dbstat$|fts3tokenize$|fts4aux$)/;

/** Whether no collection may have this name: its table would not be made, or stand before one that our own SQL reads. */
export function isSqliteTable(collection: string): boolean {
  return SQLITE_TABLE.test(collection);
}
