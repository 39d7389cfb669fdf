import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { OPEN_RULES, refusal, store } from '../support/files-api.ts';
import { ask, column, listOf, make, OPEN, send } from '../support/records-api.ts';
import { startApp, type TestApp } from '../support/test-app.ts';

const NOW = Date.parse('2026-11-24T09:30:00.123Z');
const UUID = '01890000-0000-7000-8000-000000000001';
const OTHER = '01890000-0000-7000-8000-000000000002';
/** Stand for files that are uploaded before the tests. */
const [FILE, SECOND] = ['<file>', '<second file>'];

interface TypeCase {
  readonly type: string;
  /** The field's options beside its type. */
  readonly options?: string;
  /** What is sent, and what comes back where that is not the same. */
  readonly valid: readonly (readonly [sent: unknown, kept?: unknown])[];
  readonly invalid: readonly unknown[];
  /** `default: …` and what a record gets by it. */
  readonly standard?: readonly [written: string, kept: unknown];
  /** Filters that hold for a record with the first valid value, and some that do not. */
  readonly finds: readonly string[];
  readonly misses: readonly string[];
  readonly refuses: readonly string[];
}

const NO_TEXT = [1, true, ['x'], {}];
const TYPES: readonly TypeCase[] = [
  {
    type: 'id',
    valid: [['any text'], ['1']],
    invalid: NO_TEXT,
    finds: ['eq:any text', 'in:a,any text', 'like:any%25'],
    misses: ['eq:Any text'],
    refuses: ['near:1'],
  },
  {
    type: 'uuid',
    valid: [[UUID], [OTHER]],
    invalid: ['x', `${UUID}0`, UUID.toUpperCase().replaceAll('0', 'A'), 7],
    finds: [`eq:${UUID}`, `in:${OTHER},${UUID}`],
    misses: [`eq:${OTHER}`],
    refuses: [],
  },
  {
    type: 'string',
    options: 'minLength: 2, maxLength: 4',
    valid: [['abc'], ['ab'], ['🙂🙂🙂🙂']],
    invalid: ['a', 'abcde', 'a\0b', '\ud800a', ...NO_TEXT],
    standard: ['abcd', 'abcd'],
    finds: ['eq:abc', 'contains:b', 'like:A%25', 'gt:abb', 'ne:x'],
    misses: ['eq:ABC', 'contains:B', 'is_null'],
    refuses: ['contains:'.padEnd(300, 'x')],
  },
  {
    type: 'text',
    options: 'validate: { pattern: "^a+$" }',
    valid: [['aaa'], ['a'.repeat(50_000)]],
    invalid: ['ab', 'a b', ...NO_TEXT],
    standard: ['aa', 'aa'],
    finds: ['eq:aaa', 'contains:aa'],
    misses: ['eq:aa'],
    refuses: [],
  },
  {
    type: 'richtext',
    valid: [['<b>bold</b>'], ['']],
    invalid: NO_TEXT,
    standard: ['"<p></p>"', '<p></p>'],
    finds: ['contains:<b>', 'not_null'],
    misses: ['eq:bold'],
    refuses: [],
  },
  {
    type: 'int',
    options: 'validate: { min: -5, max: 5 }',
    valid: [[3], [-5], [0], [5]],
    invalid: [6, -6, 1.5, '3', true, 2 ** 53],
    standard: ['4', 4],
    finds: ['eq:3', 'gte:3', 'lt:4', 'in:1,3', 'ne:4'],
    misses: ['gt:3', 'eq:-3'],
    refuses: ['eq:three', 'eq:1.5', 'like:3', 'contains:3', 'eq:'],
  },
  {
    type: 'float',
    valid: [[1.5], [-0.25], [3], [1e300]],
    invalid: ['1.5', true, [1]],
    standard: ['2.5', 2.5],
    finds: ['eq:1.5', 'gt:1', 'lte:1.5', 'in:1.5,2'],
    misses: ['eq:2', 'lt:1.5'],
    refuses: ['eq:x', 'eq:NaN', 'eq:1e999', 'like:1'],
  },
  {
    type: 'bool',
    valid: [[true], [false]],
    invalid: ['true', 1, 0, 'false'],
    standard: ['false', false],
    finds: ['eq:true', 'ne:false', 'in:true'],
    misses: ['eq:false', 'is_null'],
    refuses: ['eq:1', 'eq:TRUE', 'contains:t'],
  },
  {
    type: 'timestamp',
    valid: [
      ['2026-01-01T12:00:00+02:00', '2026-01-01T10:00:00.000Z'],
      ['2026-01-01T00:00:00.5Z', '2026-01-01T00:00:00.500Z'],
    ],
    invalid: ['2026-01-01', '2026-02-30T00:00:00Z', '2026-01-01T00:00:00', 'now', 1767261600000],
    standard: ['now', '2026-11-24T09:30:00.123Z'],
    finds: ['eq:2026-01-01T10:00:00Z', 'gt:2026-01-01T11:59:59%2B02:00', 'lte:2026-01-01T10:00:00.000Z'],
    misses: ['eq:2026-01-01T12:00:00Z', 'lt:2026-01-01T10:00:00Z'],
    refuses: ['eq:2026-01-01', 'eq:1', 'like:2026%25'],
  },
  {
    type: 'date',
    valid: [['2026-01-31'], ['2024-02-29']],
    invalid: ['2026-02-29', '2026-1-1', '31.01.2026', '2026-01-31T00:00:00Z', 20260131],
    standard: ['now', '2026-11-24'],
    finds: ['eq:2026-01-31', 'gt:2026-01-30', 'lt:2026-02-01'],
    misses: ['eq:2026-01-30'],
    refuses: ['eq:yesterday', 'eq:2026-02-30'],
  },
  {
    type: 'json',
    valid: [[['x', 5, true]], [{ a: { b: null } }], ['text'], [0], [false]],
    invalid: [],
    standard: ['{ a: 1 }', { a: 1 }],
    finds: ['contains:x', 'contains:5', 'contains:true', 'not_null'],
    misses: ['contains:false'],
    refuses: ['eq:x', 'gt:1', 'like:x'],
  },
  {
    type: 'blob',
    valid: [['AAEC'], [''], ['/+8=']],
    invalid: ['AAE', 'A A=', '-_8=', '/+9=', ...NO_TEXT],
    finds: ['not_null'],
    misses: ['is_null'],
    refuses: ['eq:AAEC', 'contains:A', 'gt:A'],
  },
  {
    type: 'email',
    valid: [['ann@example.com'], ['a+b@sub.example.org']],
    invalid: ['ann', 'ann@', '@example.com', 'a b@example.com', 'ann@exa mple.com', ...NO_TEXT],
    standard: ['nobody@example.com', 'nobody@example.com'],
    finds: ['eq:ann@example.com', 'contains:@example', 'like:%25.COM'],
    misses: ['eq:ann'],
    refuses: [],
  },
  {
    type: 'url',
    valid: [['https://example.com/a?b=c#d'], ['http://[::1]:8080/']],
    invalid: [
      'example.com',
      'ftp://example.com',
      'javascript:alert(1)',
      'https://',
      'https://a b',
      ...NO_TEXT,
    ],
    standard: ['"https://example.com"', 'https://example.com'],
    finds: ['eq:https://example.com/a?b=c%23d', 'contains:example'],
    misses: ['eq:https://example.com'],
    refuses: [],
  },
  {
    type: 'select',
    options: 'select: { values: [draft, live] }',
    valid: [['draft'], ['live']],
    invalid: ['Draft', '', ['draft'], 1, 'x'],
    standard: ['live', 'live'],
    finds: ['eq:draft', 'in:draft,x', 'ne:live'],
    misses: ['eq:live', 'eq:x'],
    refuses: [],
  },
  {
    type: 'relation',
    options: 'relation: { collection: targets }',
    valid: [[7]],
    invalid: ['7', true, 1.5],
    finds: ['eq:7', 'in:8,7', 'ne:8', 'not_null'],
    misses: ['eq:8', 'is_null'],
    refuses: [],
  },
  {
    type: 'file',
    options: 'file: { bucket: docs }',
    valid: [[FILE], [SECOND]],
    invalid: [1, true, [FILE], {}],
    finds: [`eq:${FILE}`, `in:${FILE},x`],
    misses: [`eq:${SECOND}`],
    refuses: [],
  },
  {
    type: '"file[]"',
    options: 'file: { bucket: docs, max_files: 2 }',
    valid: [[[FILE, SECOND]], [[]], [[SECOND]]],
    invalid: [FILE, [1], [FILE, FILE], [FILE, SECOND, UUID], {}],
    finds: [`contains:${FILE}`, `contains:${SECOND}`],
    misses: ['contains:x'],
    refuses: [`eq:${FILE}`, 'gt:x'],
  },
];

const RULES = `rules: ${OPEN}`;

const collections = TYPES.map(({ type, options, standard }, number) => {
  const field = (...more: string[]): string =>
    `{ fields: { key: { type: id, primary: true }, value: { type: ${[type, options, ...more].filter((part) => part !== undefined).join(', ')} } }, ${RULES} }`;
  return `
  free-${number}: ${field('nullable: true')}
  must-${number}: ${field()}
  ${standard === undefined ? '' : `given-${number}: ${field(`default: ${standard[0]}`)}`}`;
});
const schema = `
buckets: { docs: { backend: local, rules: ${OPEN_RULES} } }
collections:
  targets: { fields: { id: { type: int, primary: true } }, ${RULES} }
${collections.join('')}
`;

let app: TestApp;
let files: readonly string[] = [];
beforeAll(async () => {
  app = await startApp({ schema, clock: () => NOW });
  await make(app, 'targets', { id: 7 });
  files = [(await store(app, 'docs', 'a', 'x')).id, (await store(app, 'docs', 'b', 'x')).id];
});
afterAll(() => app.dispose());

/** The value with the ids of real files. */
function real<Value>(value: Value): Value {
  const text = JSON.stringify({ value })
    .replaceAll(FILE, files[0] ?? '')
    .replaceAll(SECOND, files[1] ?? '');
  return (JSON.parse(text) as { value: Value }).value;
}

describe.each(TYPES.map((each, number) => ({ ...each, number })))('a field of the type $type', (tested) => {
  const { number, valid, invalid, standard } = tested;
  const free = `free-${number}`;

  it('gives back what it took, by POST, PATCH and PUT, null included', async () => {
    const { key } = await make(app, free, {});
    const path = `/${free}/${String(key)}`;
    expect(await ask(app, path)).toEqual({ key, value: null });
    for (const [sent, kept = sent] of real(valid)) {
      expect((await make(app, free, { value: sent }))['value']).toEqual(kept);
      for (const method of ['PATCH', 'PUT']) {
        expect((await send(app, method, path, { value: sent })).status).toBe(200);
        expect(await ask(app, path)).toEqual({ key, value: kept });
        expect((await send(app, method, path, { value: null })).status).toBe(200);
        expect((await ask(app, path))['value']).toBeNull();
      }
    }
  });

  it('refuses anything else, and says which field it was', async () => {
    const { key } = await make(app, free, {});
    for (const value of real(invalid)) {
      for (const [method, path] of [
        ['POST', `/${free}`],
        ['PATCH', `/${free}/${String(key)}`],
      ] as const) {
        // prettier-ignore
        const refused = await refusal(await send(app, method, path, { value }));
        const details = [{ field: 'value', code: 'invalid' }];
        expect(refused, JSON.stringify(value)).toMatchObject({
          status: 400,
          code: 'VALIDATION_ERROR',
          details,
        });
      }
    }
  });

  it('must have a value unless it is nullable, and gets its default', async () => {
    const isOptional = tested.type === '"file[]"';
    for (const body of isOptional ? [{ value: null }] : [{}, { value: null }]) {
      const refused = await refusal(await send(app, 'POST', `/must-${number}`, body));
      expect(refused.details).toMatchObject([{ field: 'value', code: 'required' }]);
    }
    if (isOptional) expect((await make(app, `must-${number}`, {}))['value']).toEqual([]);
    if (standard === undefined) return;
    expect((await make(app, `given-${number}`, {}))['value']).toEqual(standard[1]);
    const refused = await refusal(await send(app, 'POST', `/given-${number}`, { value: null }));
    expect(refused.details).toMatchObject([{ field: 'value', code: 'required' }]);
  });

  it('is found by filters that fit the type, and by no others', async () => {
    const [first] = real(valid[0] ?? []);
    const { key } = await make(app, `must-${number}`, { value: first });
    for (const [filters, ids] of [
      [tested.finds, [key]],
      [tested.misses, []],
    ] as const) {
      // prettier-ignore
      for (const filter of real(filters)) {
        const found = await listOf(app, `/must-${number}?filter=key:eq:${String(key)}&filter=value:${filter}`);
        expect(column(found, 'key'), filter).toEqual(ids);
      }
    }
    for (const filter of [...real(tested.refuses), 'near:1', 'eq']) {
      const refused = await app.request(`/api/collections/must-${number}?filter=value:${filter}`);
      const isText = refused.status === 200 && filter === 'eq';
      if (!isText) expect((await refusal(refused)).code, filter).toBe('INVALID_QUERY');
    }
  });
});

// JSON.stringify would write null in their place.
it.each(['1e999', '-1e999', '[1, [1e999]]', '{"a": {"b": [0, {"c": -1e400}]}}'])(
  'a field of the type json refuses %s, which holds a number that no double can be',
  async (value) => {
    const number = TYPES.findIndex(({ type }) => type === 'json');
    for (const collection of [`free-${number}`, `must-${number}`]) {
      const refused = await refusal(await send(app, 'POST', `/${collection}`, `{"value": ${value}}`));
      expect(refused).toMatchObject({
        status: 400,
        code: 'VALIDATION_ERROR',
        details: [{ field: 'value', code: 'invalid' }],
      });
    }
  },
);
