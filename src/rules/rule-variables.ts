/**
 * The members of one variable: the value under a name as CEL knows it (integers as bigint, times as Date, JSON objects
 * as Map), or undefined where it is absent. Nothing is ever null, as nulls are equal to each other. Values are made
 * when they are asked for: most rules look at one or two.
 */
export type Members = (name: string) => unknown;

/** What a rule is decided on, by the variable's name. */
export type RuleVariables = Readonly<Record<string, Members>>;
