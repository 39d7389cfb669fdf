import { describe, expect, it } from 'vitest';
import { FILE_RULE_COLUMNS } from '../../../src/files/file-rule-columns.ts';
import { allowedRows } from '../../../src/rules/sql/allowed-rows.ts';
import { fileVariables } from '../../../src/rules/variables.ts';
import { ANONYMOUS, callerVariables, fileRule, USER } from '../sample-rules.ts';

function rowsOf(text: string, actor = USER) {
  const variables = { ...callerVariables(actor), file: fileVariables({ bucket: 'pictures' }) };
  return allowedRows(fileRule(text), variables, FILE_RULE_COLUMNS);
}

describe('the rows that a rule allows', () => {
  it.each([
    ['auth.id != null', null, []],
    ['auth.id == file.owner_id', [{ sql: '? = owner_id', params: ['u1'] }], []],
    [
      'file.size > 2 || auth.id == file.owner_id',
      [
        { sql: 'size > ?', params: [2n] },
        { sql: '? = owner_id', params: ['u1'] },
      ],
      [{ sql: 'size > ?', params: [2n] }],
    ],
    ['file.name.matches("a") && auth.id != null', 'row by row', 'row by row'],
    // What needs no look at the file decides without it, whatever the other alternatives are.
    ['auth.verified || file.name.matches("a")', null, 'row by row'],
    [
      'auth.role == "admin" || file.size > 2',
      [{ sql: 'size > ?', params: [2n] }],
      [{ sql: 'size > ?', params: [2n] }],
    ],
  ])('%s', (text, forUser, forAnonymous) => {
    expect(rowsOf(text)).toEqual(forUser);
    expect(rowsOf(text, ANONYMOUS)).toEqual(forAnonymous);
  });
});
