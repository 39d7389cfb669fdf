/** A condition over a table's columns, for a WHERE clause. */
export interface SqlCondition {
  readonly sql: string;
  readonly params: readonly (string | number | bigint)[];
}
