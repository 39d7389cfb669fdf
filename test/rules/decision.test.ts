import { describe, expect, it } from 'vitest';
import type { Actor } from '../../src/auth/actor.ts';
import { permits } from '../../src/rules/decision.ts';
import { ANONYMOUS, callerVariables, fileRule, USER } from './sample-rules.ts';

const ADMIN: Actor = { ...USER, id: 'root', role: 'admin' };
const evaluated = (): never => {
  throw new Error('the rule was evaluated');
};

describe('permits', () => {
  it('lets admins pass without evaluation, whatever the rule', () => {
    expect(permits(undefined, ADMIN, evaluated)).toBe(true);
    expect(permits(fileRule('false'), ADMIN, evaluated)).toBe(true);
  });

  it('takes nobody for an admin who is not logged in', () => {
    expect(permits(undefined, { ...ANONYMOUS, role: 'admin' }, evaluated)).toBe(false);
  });

  it('denies everyone else where there is no rule', () => {
    expect(permits(undefined, USER, evaluated)).toBe(false);
    expect(permits(undefined, ANONYMOUS, evaluated)).toBe(false);
  });

  it.each([
    ['true', true],
    ['false', false],
    ['auth.metadata.team', false],
    ['auth.metadata.level', false],
    ['auth.metadata.teams[9] == "x"', false],
    ['auth.metadata.team == "red"', true],
  ] as const)('asks the rule: %s', (text, expected) => {
    expect(permits(fileRule(text), USER, () => callerVariables(USER))).toBe(expected);
  });
});
