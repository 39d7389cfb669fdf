import SqliteDatabase from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { FILE_RULE_COLUMNS } from '../../../src/files/file-rule-columns.ts';
import { recordRuleColumns } from '../../../src/records/record-rule-columns.ts';
import { translateRule } from '../../../src/rules/sql/translate-rule.ts';
import { fileVariables, recordVariables } from '../../../src/rules/variables.ts';
import { ANONYMOUS, callerVariables, fileRule, postRule, posts, USER } from '../sample-rules.ts';

function sqlOfPost(text: string, actor = USER) {
  const variables = { ...callerVariables(actor), doc: recordVariables(posts.fields, {}) };
  return translateRule(postRule(text), variables, recordRuleColumns(posts));
}

function sqlOfFile(text: string, actor = USER) {
  const variables = { ...callerVariables(actor), file: fileVariables({ bucket: 'pictures' }) };
  return translateRule(fileRule(text), variables, FILE_RULE_COLUMNS);
}

describe('the SQL of a rule', () => {
  const rule = 'doc.published == true || auth.id == doc.author_id';

  it('binds what the caller brings, and leaves out what is decided by that alone', () => {
    expect(sqlOfPost(rule)).toEqual({ sql: '(("published" = 1) OR ? = "author_id")', params: ['u1'] });
    expect(sqlOfPost(rule, ANONYMOUS)).toEqual({ sql: '("published" = 1)', params: [] });
    expect(sqlOfPost('auth.role == "user" || doc.published')).toEqual({ sql: '1', params: [] });
    expect(sqlOfPost('auth.role == "user" && doc.published')).toEqual({
      sql: '("published" = 1)',
      params: [],
    });
    expect(sqlOfPost('auth.id == doc.author_id', ANONYMOUS)).toEqual({ sql: '0', params: [] });
    expect(sqlOfPost('auth.role == "editor" ? true : doc.state == "live"')).toEqual({
      sql: '"state" = ?',
      params: ['live'],
    });
    expect(sqlOfFile('auth.id == file.owner_id')).toEqual({ sql: '? = owner_id', params: ['u1'] });
  });

  it('lets indexes help', () => {
    const db = new SqliteDatabase(':memory:');
    db.exec('CREATE TABLE posts (published INTEGER, author_id TEXT, title TEXT, rank INTEGER)');
    for (const column of ['published', 'author_id', 'title'])
      db.exec(`CREATE INDEX ${column}_i ON posts (${column})`);
    const plan = (text: string) => {
      const condition = sqlOfPost(text);
      const query = db.prepare(`EXPLAIN QUERY PLAN SELECT * FROM posts WHERE ${condition?.sql ?? ''}`);
      return query.all(...(condition?.params ?? [])).map((step) => (step as { detail: string }).detail);
    };
    expect(plan(rule).join('\n')).toMatch(/published_i[^]*author_id_i/);
    expect(plan('doc.title.startsWith("ab") && doc.rank == 1')[0]).toMatch(
      /title_i \(title>\? AND title<\?\)/,
    );
    expect(plan('doc.author_id in ["u1", auth.id]')[0]).toMatch(/author_id_i/);
    db.close();
  });

  it.each([
    'doc.rank + 1 > 5 && doc.rank * 2 - doc.weight / 3 < 7 && doc.rank % 2 == 0',
    'doc.score * 2.0 > 1.5 && double(doc.rank) <= doc.score',
    'doc.published_at < request.time - duration("1h") || request.time - doc.published_at > duration("24h")',
    'doc.title.contains("a") && doc.title.endsWith(doc.state) && doc.title.lowerAscii().startsWith("x")',
    'size(doc.title) > 3 && size(doc.tags) < 3',
    'auth.id + "/" + doc.title == "u1/x"',
    'doc.state in ["live", "draft"] && "red" in doc.tags && doc.state in auth.metadata.teams',
    'doc.author_id == null || has(doc.rank) || !(doc.day > "2026-01-01")',
    'doc.data.public == true && doc.data.level != 3 && has(doc.data.a.b) && auth.id in doc.data.members',
    '(doc.published ? doc.rank : doc.weight) > 2',
    'auth.metadata.teams.exists(team, team == "red") && doc.published',
    'auth.email.matches("@example\\\\.com$") && doc.published',
  ])('exists for %s', (text) => {
    expect(sqlOfPost(text)).not.toBeNull();
  });

  it.each([
    'doc.title.matches("^a")',
    'doc.tags.exists(tag, tag.startsWith("r"))',
    'doc.rank * doc.weight > 5',
    'doc.score / doc.score > 1.0',
    'doc.score + doc.score + doc.score > 1.0',
    'doc.published_at.getFullYear() == 2026',
    'doc.title.split("/")[0] == auth.id',
    'doc.data.level > 3',
    'doc.data.a == doc.title',
    'doc.counter == 1',
    'doc.data["a.b"] == 1',
    'doc.tags == ["red"]',
    'string(doc.rank) == "1"',
  ])('does not exist for %s', (text) => {
    expect(sqlOfPost(text)).toBeNull();
  });

  it('never holds for text that SQLite would change', () => {
    expect(sqlOfPost('doc.title == auth.id', { ...USER, id: '\ud800' })).toBeNull();
  });

  it('is never made of data', () => {
    const evil = `x') OR 1=1 --`;
    const { sql, params } =
      sqlOfPost('doc.title == auth.id || doc.data.a == auth.id', { ...USER, id: evil }) ?? {};
    expect(sql).not.toContain('--');
    expect(params).toContain(evil);
  });

  it('does not grow without end', () => {
    const nested = Array.from({ length: 14 }).reduce<string>(
      (inner) => `(doc.published in [${inner}, true])`,
      'doc.published',
    );
    expect(sqlOfPost(nested)).toBeNull();
  });
});
