import { inFileOrder } from '../lib/problem-order.ts';
import { ConfigError, type Problem } from '../lib/problem.ts';
import type { BucketOperation, CollectionOperation, RuleSource, Schema } from '../schema/schema.ts';
import { compileRule, type CompiledRule } from './compile-rule.ts';
import { RuleError } from './rule-error.ts';
import { bucketScope, collectionScope, type Scope } from './scope.ts';

/** Every rule of the schema, compiled. A bucket and a collection may share a name; their rules never mix. */
export interface RuleBook {
  /** Undefined = there is none, which denies. */
  bucketRule(bucket: string, operation: BucketOperation): CompiledRule | undefined;
  collectionRule(collection: string, operation: CollectionOperation): CompiledRule | undefined;
}

type Rules<Operation extends string> = Map<string, Map<Operation, CompiledRule>>;

/** Throws ConfigError with a problem for every rule that does not compile. */
export function compileRules(schema: Schema): RuleBook {
  const problems: Problem[] = [];
  const compileAll = <Operation extends string>(
    path: string,
    sources: Readonly<Partial<Record<Operation, RuleSource>>>,
    scopeOf: (operation: Operation) => Scope,
  ): Map<Operation, CompiledRule> => {
    const compiled = new Map<Operation, CompiledRule>();
    for (const [operation, source] of Object.entries(sources) as [Operation, RuleSource][]) {
      try {
        compiled.set(operation, compileRule(source.text, scopeOf(operation)));
      } catch (error) {
        if (!(error instanceof RuleError)) throw error;
        problems.push(toProblem(`${path}.rules.${operation}`, source, error));
      }
    }
    return compiled;
  };

  const buckets: Rules<BucketOperation> = new Map();
  for (const { name, rules } of schema.buckets.values()) {
    buckets.set(name, compileAll(`buckets.${name}`, rules, bucketScope));
  }
  const collections: Rules<CollectionOperation> = new Map();
  for (const { name, rules, fields } of schema.collections.values()) {
    const scopeOf = (operation: CollectionOperation) => collectionScope(schema, fields, operation);
    collections.set(name, compileAll(`collections.${name}`, rules, scopeOf));
  }
  if (problems.length > 0) throw new ConfigError(inFileOrder(problems));
  return {
    bucketRule: (bucket, operation) => buckets.get(bucket)?.get(operation),
    collectionRule: (collection, operation) => collections.get(collection)?.get(operation),
  };
}

/** Points at the part of the rule's text that is to blame; the lines of a block are indented alike. */
function toProblem(path: string, { text, at }: RuleSource, { message, start, hint }: RuleError): Problem {
  const linesBefore = text.slice(0, start).split('\n');
  const position = {
    file: at.file,
    line: at.line + linesBefore.length - 1,
    column: at.column + (linesBefore.at(-1)?.length ?? 0),
  };
  return { at: position, path, message, ...(hint !== undefined && { hint }) };
}
