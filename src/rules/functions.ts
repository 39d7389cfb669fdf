import type { RuleType } from './rule-type.ts';

/** A function that rules may call. */
export interface RuleFunction {
  /** How it may be written: `size(x)`, `x.size()`, or both. */
  readonly as: 'function' | 'method' | 'both';
  /** Numbers of arguments it takes, a method's receiver among them. */
  readonly arity: readonly number[];
  readonly returns: RuleType;
  /** True: we have our own, as the library's differs from the language's definition. */
  readonly own?: true;
  /** True: takes time in proportion to the length of what it is given. */
  readonly linear?: true;
}

const predicate = { as: 'method', arity: [2], returns: 'bool', linear: true } as const;
const part = { as: 'method', arity: [1], returns: 'int' } as const;
const text = { as: 'method', arity: [1], returns: 'string', linear: true } as const;

/** What is not here does not exist for rules; nothing that could build large values out of small ones is. */
export const RULE_FUNCTIONS: Readonly<Record<string, RuleFunction>> = {
  size: { as: 'both', arity: [1], returns: 'int', linear: true },
  int: { as: 'function', arity: [1], returns: 'int', own: true },
  double: { as: 'function', arity: [1], returns: 'double', own: true },
  string: { as: 'function', arity: [1], returns: 'string' },
  timestamp: { as: 'function', arity: [1], returns: 'timestamp', own: true },
  duration: { as: 'function', arity: [1], returns: 'duration' },
  startsWith: predicate,
  endsWith: predicate,
  contains: predicate,
  matches: { ...predicate, own: true },
  lowerAscii: { ...text, own: true },
  upperAscii: { ...text, own: true },
  trim: text,
  split: { as: 'method', arity: [2], returns: 'list<string>', linear: true },
  getFullYear: part,
  getMonth: part,
  getDate: part,
  getDayOfMonth: part,
  getDayOfWeek: part,
  getHours: part,
  getMinutes: part,
  getSeconds: part,
  getMilliseconds: part,
};
