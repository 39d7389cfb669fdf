import { inFileOrder } from '../lib/problem-order.ts';
import { ConfigError, type Problem } from '../lib/problem.ts';
import { compileRules, type RuleBook } from '../rules/rule-book.ts';
import { readSchema, type SchemaSource } from '../schema/load-schema.ts';
import type { Schema } from '../schema/schema.ts';

/** schema.yaml and its rules, compiled. Throws ConfigError with the problems of both at once. */
export function loadSchemaAndRules(source: SchemaSource): {
  readonly schema: Schema;
  readonly rules: RuleBook;
} {
  const { schema, problems } = readSchema(source);
  const found: Problem[] = [...problems];
  try {
    const rules = compileRules(schema);
    if (found.length === 0) return { schema, rules };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    found.push(...error.problems);
  }
  throw new ConfigError(inFileOrder(found));
}
