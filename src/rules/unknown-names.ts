import { hintAmong } from '../lib/shape-problems.ts';
import type { Span } from './expression.ts';
import { RuleError } from './rule-error.ts';
import type { Scope } from './scope.ts';

const ELSEWHERE: Readonly<Record<string, string>> = {
  file: 'collections have doc, the record',
  doc: 'buckets have file',
  new_doc: 'only the update rule of a collection has new_doc',
};

export function unknownVariable(scope: Scope, name: string, at: Span): RuleError {
  const hint = ELSEWHERE[name] ?? hintAmong(name, [...scope.keys()]);
  return new RuleError(`names an unknown variable: ${name}`, at, hint);
}

export function unknownMember(
  root: string,
  members: ReadonlyMap<string, unknown>,
  name: string,
  at: Span,
): RuleError {
  const hint = hintAmong(name, [...members.keys()]);
  return new RuleError(`names an unknown member: ${root} has no "${name}" here`, at, hint);
}
