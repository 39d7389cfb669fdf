import type { SqlColumn } from '../rules/sql/sql-column.ts';

/** The members of `file` that a `read` rule can look at in SQL, as columns of `_alyx_files`. */
export const FILE_RULE_COLUMNS: ReadonlyMap<string, SqlColumn> = new Map<string, SqlColumn>([
  ['id', { sql: 'id', type: 'string', nullable: false }],
  ['name', { sql: 'name', type: 'string', nullable: false }],
  ['path', { sql: 'path', type: 'string', nullable: false }],
  ['mime_type', { sql: 'mime_type', type: 'string', nullable: false }],
  ['size', { sql: 'size', type: 'int', nullable: false }],
  ['bucket', { sql: 'bucket', type: 'string', nullable: false }],
  ['owner_id', { sql: 'owner_id', type: 'string', nullable: true }],
  ['metadata', { sql: 'metadata', type: 'json', nullable: false }],
  ['created_at', { sql: 'created_at', type: 'timestamp', nullable: false }],
]);
