import { describe, expect, it } from 'vitest';
import { AppError } from '../../src/lib/errors.ts';
import { compileFileRules, fileRule } from '../../src/rules/file-rules.ts';
import { fileVariables } from '../../src/rules/variables.ts';
import { callerVariables, FILE, USER } from './sample-rules.ts';

const variables = { ...callerVariables(USER), file: fileVariables(FILE) };

function refusalOf(rules: unknown): AppError {
  try {
    compileFileRules(rules);
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
  throw new Error('it was accepted');
}

describe("a file's own rules, when they are written", () => {
  it.each([
    {},
    { read: 'true' },
    { read: 'auth.id == file.owner_id || auth.id in file.metadata.shared', delete: 'false' },
    { download: 'request.time < timestamp("2027-01-01T00:00:00Z")' },
    { read: 'file.metadata.people.exists(person, person.id == auth.id)' },
  ])('may be %o', (rules) => {
    expect(() => compileFileRules(rules)).not.toThrow();
  });

  it.each([
    ['text', 'must be an object'],
    [null, 'must be an object'],
    [['true'], 'must be an object'],
    [{ create: 'true' }, 'no "create" rule'],
    [{ reed: 'true' }, 'did you mean "read"?'],
    [{ read: true }, 'must be text'],
    [{ read: null }, 'must be text'],
    [{ read: '' }, 'not valid'],
    [{ read: 'auth.idd == "a"' }, 'did you mean "id"?'],
    [{ read: 'doc.x == 1' }, 'unknown variable: doc'],
    [{ read: 'auth.id' }, 'yields string'],
    [{ read: `auth.id == "${'a'.repeat(1_000)}"` }, 'longer than 1000 characters'],
    [{ read: 'file.metadata.a.exists(a, file.metadata.b.contains(a))' }, 'too long to evaluate'],
    [{ read: 'file.metadata.a.exists(a, file.metadata.b == a)' }, 'too long to evaluate'],
    [{ read: 'file.metadata.a.filter(a, a in file.metadata.a) == []' }, 'too long to evaluate'],
  ])('must not be %o', (rules, message) => {
    const refusal = refusalOf(rules);
    expect(refusal.code).toBe('INVALID_RULE');
    expect(refusal.message).toContain(message);
  });

  it('point at the mistake', () => {
    expect(refusalOf({ read: 'auth.idd == "a"' }).details).toEqual({ rule: 'read', column: 6 });
  });
});

describe("a file's own rules, when they decide", () => {
  it('decide for the operations they name', () => {
    const rules = { read: 'auth.id == file.owner_id', delete: 'false' };
    expect(fileRule(rules, 'read')?.allows(variables)).toBe(true);
    expect(fileRule(rules, 'delete')?.allows(variables)).toBe(false);
    expect(fileRule(rules, 'update')).toBeUndefined();
    expect(fileRule(rules, 'constructor' as 'read')).toBeUndefined();
  });

  it.each([undefined, null, 'true', [], {}])('are none in %o', (rules) => {
    expect(fileRule(rules, 'read')).toBeUndefined();
  });

  it.each(['tru', 'auth.idd == "a"', '', 5, null, 'true'.padEnd(5_000), { a: 1 }])(
    'deny where they no longer compile: %o',
    (text) => {
      expect(fileRule({ read: text }, 'read')?.allows(variables)).toBe(false);
    },
  );

  it('are compiled once as long as they are in use, and not remembered without end', () => {
    const first = fileRule({ read: 'file.size > 0' }, 'read');
    expect(fileRule({ read: 'file.size > 0' }, 'read')).toBe(first);
    for (let i = 1; i <= 600; i += 1) fileRule({ read: `file.size > ${i}` }, 'read');
    expect(fileRule({ read: 'file.size > 0' }, 'read')).not.toBe(first);
  });
});
