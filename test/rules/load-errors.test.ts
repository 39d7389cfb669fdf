import { describe, expect, it } from 'vitest';
import { RuleError } from '../../src/rules/rule-error.ts';
import { fileRule, postRule } from './sample-rules.ts';

function problemOf(compile: () => unknown): { message: string; at: number; hint: string | undefined } {
  try {
    compile();
  } catch (error) {
    if (!(error instanceof RuleError)) throw error;
    return { message: error.message, at: error.start, hint: error.hint };
  }
  throw new Error('it compiled');
}

/** A `^` stands in front of what is to blame. */
function marked(text: string): { text: string; at: number } {
  return { text: text.replace('^', ''), at: text.indexOf('^') };
}

describe('a rule that is refused at load', () => {
  it.each([
    // Syntax
    ['auth.id ^= "a"', /one "="/, 'write "=="'],
    ['auth.id != null ^& true', /stands alone/, 'write "&&"'],
    ['auth.id != null ^| true', /stands alone/, 'write "||"'],
    ['auth.id ==^', /ends too early/, undefined],
    ['(auth.id == "a"^', /ends too early/, undefined],
    ['auth.id == "a" ^@ # $', /unexpected character/, undefined],
    ['auth.id == ^"a', /unterminated string/, undefined],
    ['auth.id == "a" ^true', /unexpected character/, undefined],
    ['^{"a": 1} == {"a": 1}', /syntax that rules do not have/, undefined],
    ['^b"abc" == b"abc"', /kind of literal/, undefined],
    ['^5u == 5u', /kind of literal/, undefined],
    ['file.size < ^9223372036854775808', /too large/, undefined],
    // Names
    ['^auht.id != null', /unknown variable: auht/, 'did you mean "auth"?'],
    ['^doc.id != null', /unknown variable: doc/, 'buckets have file'],
    ['^new_doc.id != null', /unknown variable/, 'only the update rule of a collection has new_doc'],
    ['^string == 1', /unknown variable: string/, /use one of|did you mean/],
    ['auth.^idd != null', /auth has no "idd"/, 'did you mean "id"?'],
    ['request.^body == 1', /request has no "body"/, /use one of: method, ip, time/],
    ['file.^ownerid == auth.id', /file has no "ownerid"/, 'did you mean "owner_id"?'],
    ['has(auth.^constructor)', /auth has no "constructor"/, /use one of/],
    ['auth.^__proto__ == auth.id', /auth has no "__proto__"/, /use one of/],
    ['^auth != null', /uses "auth" as a value/, /as in auth.id/],
    ['"id" in ^auth', /uses "auth" as a value/, /as in auth.id/],
    ['^auth[file.name] == "a"', /uses "auth" as a value/, /as in auth.id/],
    ['^evil(auth.id)', /unknown function: evil/, /use one of/],
    ['^startWith(auth.id, "a")', /unknown function: startWith/, 'did you mean "startsWith"?'],
    ['^startsWith(auth.id, "a")', /as a function/, 'write it as text.startsWith(…)'],
    ['^auth.id.int() == 1', /as a method/, 'write it as int(…)'],
    ['^auth.id.startsWith("a", "b")', /number of arguments/, undefined],
    [
      '^cel.bind(a, auth.id, a == "x")',
      /unknown variable: cel|unknown function: bind/,
      /use one of|did you mean/,
    ],
    ['^type(auth.id) == string', /unknown variable|unknown function/, /use one of|did you mean/],
    ['^has(auth.id == "a")', /asks has\(\)/, /has\(file.owner_id\)/],
    // Types
    ['^auth.id', /yields string/, /true or false/],
    ['^1 + 1', /yields int/, /true or false/],
    ['^request.time', /yields timestamp/, /true or false/],
    ['^["a"]', /yields list<string>/, /true or false/],
    ['^auth.id == 5', /no such overload: string == int/, undefined],
    ['true || ^file.size == "5"', /no such overload: int == string/, undefined],
    ['^file.name < 5', /no such overload: string < int/, undefined],
    ['^auth.verified < 5', /no such overload/, undefined],
    ['^file.size + "a" == "a"', /no such overload/, undefined],
    ['^file.size.startsWith("a")', /no matching overload/, undefined],
    ['^auth.id && true', /bool operands, got 'string'/, undefined],
    ['!^auth.id', /.*/, undefined],
    ['["a", ^1] == []', /same type/, undefined],
    ['^file.size in ["a"]', /no such overload/, undefined],
    ['^file.name.exists(c, c == "a")', /cannot be range/, undefined],
    ['^(auth.verified ? 1 : "a") == 1', /same type/, undefined],
    // Bounds
    ['["a"].exists(x, ^["b"].exists(y, x == y))', /inside another macro/, undefined],
    ['^["a"].filter(x, x != "b").exists(x, x == "a")', /behind another macro/, undefined],
    ['["a"].exists(^"x", true)', /iteration variable/, undefined],
    // Patterns
    ['file.name.matches(^auth.id)', /not written out/, 'write it in quotes'],
    ['file.name.matches(^"(")', /not valid/, /RE2/],
    ['file.name.matches(^"(?=a)")', /not valid/, /RE2/],
    ['file.name.matches(^"(a)\\\\1")', /not valid/, /RE2/],
  ] as const)('%s', (source, message, hint) => {
    const { text, at } = marked(source);
    const problem = problemOf(() => fileRule(text));
    expect(problem.message).toMatch(message);
    if (typeof hint === 'string' || hint === undefined) expect(problem.hint).toBe(hint);
    else expect(problem.hint).toMatch(hint);
    // A parenthesis is no part of what it holds.
    expect(Math.abs(problem.at - at)).toBeLessThanOrEqual(
      source.includes('(') || source.startsWith('!') ? 1 : 0,
    );
  });

  it('names what a file to be cannot be asked', () => {
    expect(problemOf(() => fileRule('file.created_at < request.time', 'create')).message).toMatch(
      /file has no/,
    );
    expect(problemOf(() => fileRule('file.id == "a"', 'create')).message).toMatch(/file has no/);
    expect(() =>
      fileRule(
        'file.name + file.path + file.mime_type + file.owner_id + file.bucket == "" || file.size > 1',
        'create',
      ),
    ).not.toThrow();
  });

  it('checks the fields of a collection and their types', () => {
    expect(problemOf(() => postRule('doc.titel == "a"'))).toEqual({
      message: 'names an unknown member: doc has no "titel" here',
      at: 4,
      hint: 'did you mean "title"?',
    });
    expect(problemOf(() => postRule('doc.rank == "a"')).message).toMatch(/int == string/);
    expect(problemOf(() => postRule('doc.published == 1')).message).toMatch(/bool == int/);
    expect(problemOf(() => postRule('doc.published_at < "2026"')).message).toMatch(/timestamp < string/);
    expect(problemOf(() => postRule('doc.tags == "red"')).message).toMatch(/list<string> == string/);
    expect(problemOf(() => postRule('doc.counter == "a"')).message).toMatch(/int == string/);
    expect(problemOf(() => postRule('file.id == "a"')).hint).toMatch(/doc/);
    expect(problemOf(() => postRule('new_doc.title == "a"')).hint).toMatch(/update/);
    expect(() => postRule('new_doc.title == doc.title', 'update')).not.toThrow();
    expect(() => postRule('doc.data.any.thing == 5 || doc.data == "x"')).not.toThrow();
  });
});

describe('the bounds of a rule', () => {
  const chain = (part: string, joint: string, count: number) => Array(count).fill(part).join(joint);

  it.each([
    ['parts', chain('true', ' && ', 201), /more than 400 parts/],
    ['characters', `${' '.repeat(4_000)}true`, /4004 characters/],
    ['parentheses', `${'('.repeat(40)}true${')'.repeat(40)}`, /32 levels/],
    ['negations', `${'!'.repeat(40)}true`, /32 levels/],
    ['very many negations', `${'!'.repeat(3_900)}true`, /400 parts|32 levels/],
    ['calls', `${'size('.repeat(40)}"a"${')'.repeat(40)} == 1`, /32 levels/],
    ['selections', `file.metadata${'.a'.repeat(40)} == 1`, /32 levels/],
    ['nested conditions', `${'true ? '.repeat(40)}true${' : true'.repeat(40)}`, /32 levels/],
    ['items', `1 in [${chain('1', ',', 201)}]`, /more than 200 items|400 parts/],
    ['pattern', `file.name.matches("${'a'.repeat(501)}")`, /500 characters/],
  ])('are kept for %s', (_what, text, message) => {
    expect(problemOf(() => fileRule(text)).message).toMatch(message);
  });

  it('leave room for a long chain', () => {
    expect(() => fileRule(chain('true', ' && ', 199))).not.toThrow();
    expect(() => fileRule(chain('auth.id == "a"', ' || ', 60))).not.toThrow();
  });

  it('refuse half a surrogate pair, which no database stores', () => {
    expect(problemOf(() => fileRule('file.name == "\ud800"')).message).toMatch(/surrogate/);
  });
});
