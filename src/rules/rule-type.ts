/** What a part of a rule yields, as far as can be told without running it. */
export type RuleType =
  | 'string'
  | 'int'
  | 'double'
  | 'bool'
  | 'timestamp'
  | 'duration'
  | 'null'
  | 'list'
  | 'list<string>'
  | 'map<string, dyn>'
  | 'dyn';
