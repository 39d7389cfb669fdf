/** A column that stands for a rule's member. */
export interface SqlColumn {
  /** As it is written in SQL, quoted where that is needed. */
  readonly sql: string;
  readonly type: 'string' | 'int' | 'double' | 'bool' | 'timestamp' | 'json' | 'list';
  readonly nullable: boolean;
}
