import { FILE_RULE_COLUMNS } from '../files/file-rule-columns.ts';
import { recordRuleColumns } from '../records/record-rule-columns.ts';
import type { RuleBook } from '../rules/rule-book.ts';
import { isTranslatable } from '../rules/sql/is-translatable.ts';
import type { RuleSource, Schema } from '../schema/schema.ts';

/** The `read` rules that lists must run row by row, a line each: they are no mistake, but cost time on many rows. */
export function slowRules({ buckets, collections }: Schema, rules: RuleBook): string[] {
  const ofBuckets = [...buckets.values()].flatMap(({ name, rules: { read } }) => {
    const rule = rules.bucketRule(name, 'read');
    if (read === undefined || rule === undefined) return [];
    return isTranslatable(rule, FILE_RULE_COLUMNS) ? [] : [note(`buckets.${name}.rules.read`, read)];
  });
  const ofCollections = [...collections.values()].flatMap((collection) => {
    const { read } = collection.rules;
    const rule = rules.collectionRule(collection.name, 'read');
    if (read === undefined || rule === undefined) return [];
    const path = `collections.${collection.name}.rules.read`;
    return isTranslatable(rule, recordRuleColumns(collection)) ? [] : [note(path, read)];
  });
  return [...ofBuckets, ...ofCollections];
}

function note(path: string, { at }: RuleSource): string {
  return `note: ${at.file}:${at.line}:${at.column} ${path} has no SQL: lists run it row by row`;
}
