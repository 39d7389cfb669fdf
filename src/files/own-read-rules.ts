import { setImmediate as nextTurn } from 'node:timers/promises';
import { anyOf } from '../db/condition.ts';
import { costOf } from '../rules/cost.ts';
import { ownRule } from '../rules/file-rules.ts';
import type { RuleVariables } from '../rules/rule-variables.ts';
import { allowedRows, type AllowedRows } from '../rules/sql/allowed-rows.ts';
import type { SqlCondition } from '../rules/sql/sql-condition.ts';
import type { FileListRepository } from './file-list-repository.ts';
import { FILE_RULE_COLUMNS } from './file-rule-columns.ts';

/** Different rules that a bucket's files may have of their own; beyond that it takes as long to look at each file. */
const MAX_RULES = 10_000;
/** Characters of those that allow, which go into the query. */
const MAX_ALLOWING = 1024 * 1024;
/** Rules that look at the file, the parameters of their conditions, and what one may cost: SQLite lets nobody in between. */
const MAX_LOOKING = 20;
const MAX_PARAMS = 1_000;
const MAX_COST = 500;
const RULES_PER_TURN = 500;

interface OwnRules {
  /** Texts of those that let the caller read whatever file has them. */
  readonly allowing: readonly string[];
  /** Texts of those that look at the file, with what they demand of it. */
  readonly looking: ReadonlyMap<string, SqlCondition>;
}

/**
 * What a caller may read of a bucket whose files may have rules of their own: there the file's rule decides, elsewhere the
 * bucket's, which allows `byBucket`. Files share rules, so each is run once instead of once per file.
 */
export async function withOwnRules(
  fileList: FileListRepository,
  bucket: string,
  variables: RuleVariables,
  byBucket: AllowedRows,
): Promise<AllowedRows> {
  const texts = await fileList.ownReadRules(bucket, MAX_RULES + 1);
  if (texts.length === 0 || byBucket === 'row by row') return byBucket;
  const own = texts.length > MAX_RULES ? null : await runOnce(texts, variables);
  return own === null ? 'row by row' : [...onlyWithoutRule(byBucket), ...withRule(own)];
}

/** Null where each file has to be looked at. */
async function runOnce(texts: readonly string[], variables: RuleVariables): Promise<OwnRules | null> {
  const allowing: string[] = [];
  const looking = new Map<string, SqlCondition>();
  let length = 0;
  let params = 0;
  for (const [position, text] of texts.entries()) {
    if (position % RULES_PER_TURN === RULES_PER_TURN - 1) await nextTurn();
    const rule = ownRule(text);
    const allowed = allowedRows(rule, variables, FILE_RULE_COLUMNS);
    if (allowed === 'row by row') return null;
    if (allowed === null) {
      allowing.push(text);
      length += text.length;
    } else if (allowed.length > 0) {
      if (costOf(rule) > MAX_COST) return null;
      const condition = anyOf(allowed);
      looking.set(text, condition);
      params += condition.params.length;
    }
    if (length > MAX_ALLOWING || looking.size > MAX_LOOKING || params > MAX_PARAMS) return null;
  }
  return { allowing, looking };
}

function onlyWithoutRule(allowed: readonly SqlCondition[] | null): SqlCondition[] {
  if (allowed === null) return [{ sql: 'own_read_rule IS NULL', params: [] }];
  return allowed.map(({ sql, params }) => ({ sql: `(${sql}) AND own_read_rule IS NULL`, params }));
}

function withRule({ allowing, looking }: OwnRules): SqlCondition[] {
  const conditions: SqlCondition[] = [];
  if (allowing.length > 0) conditions.push(oneOf(allowing));
  if (looking.size === 0) return conditions;
  const { sql, params } = oneOf([...looking.keys()]);
  const cases = [...looking.values()].map((condition) => `WHEN ? THEN ${condition.sql}`);
  conditions.push({
    sql: `${sql} AND CASE own_read_rule ${cases.join(' ')} END`,
    params: [...params, ...[...looking].flatMap(([text, condition]) => [text, ...condition.params])],
  });
  return conditions;
}

function oneOf(texts: readonly string[]): SqlCondition {
  return {
    sql: 'own_read_rule IN (SELECT value FROM json_each(?))',
    params: [JSON.stringify(texts)],
  };
}
