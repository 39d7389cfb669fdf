/** A condition over a table's columns, with the values of its question marks. */
export interface Condition<Param = unknown> {
  /** Empty = it holds for every row. */
  readonly sql: string;
  readonly params: readonly Param[];
}

export function allOf<Param>(conditions: readonly Condition<Param>[]): Condition<Param> {
  return join(conditions, ' AND ', '');
}

/** A choice of none is never fulfilled. */
export function anyOf<Param>(conditions: readonly Condition<Param>[]): Condition<Param> {
  const { sql, params } = join(conditions, ' OR ', 'FALSE');
  return { sql: `(${sql})`, params };
}

/**
 * Conditions of which every row that fulfils any of the `alternatives` fulfils exactly one. What a rule opens to
 * everybody is then counted apart from what it opens to this caller: the one count serves all callers, the other is
 * small and found by an index.
 */
export function apart<Param>(alternatives: readonly Condition<Param>[]): Condition<Param>[] {
  return alternatives.map((condition, position) =>
    allOf([
      { ...condition, sql: `(${condition.sql})` },
      ...alternatives.slice(0, position).map(({ sql, params }) => ({ sql: `(${sql}) IS NOT TRUE`, params })),
    ]),
  );
}

function join<Param>(conditions: readonly Condition<Param>[], word: string, none: string): Condition<Param> {
  return {
    sql: conditions.length === 0 ? none : conditions.map(({ sql }) => sql).join(word),
    params: conditions.flatMap(({ params }) => [...params]),
  };
}
