import type { Condition } from '../../db/condition.ts';
import type { SqlParam } from './sql-text.ts';

/** What a rule demands of a row. */
export type SqlCondition = Condition<SqlParam>;
