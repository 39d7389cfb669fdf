import { describe, expect, it } from 'vitest';
import { loadSchema } from '../../src/schema/load-schema.ts';
import type { Bucket, Field } from '../../src/schema/schema.ts';
import { FIELD_TYPES } from '../../src/schema/schema.ts';

const config = { storage: { defaultMaxFileSize: 1000, backends: { local: {}, cloud: {} } } };
const load = (text: string) => loadSchema({ text: `version: 1\n${text}`, file: 'schema.yaml', config });

function bucket(options: string): Bucket {
  const found = load(`buckets: { b: { backend: local, ${options} } }`).buckets.get('b');
  if (found === undefined) throw new Error('the bucket is gone');
  return found;
}

/** The field `f` beside a primary key `id`, in a schema with a bucket and another collection. */
function field(options: string): Field {
  const text = `
buckets: { b: { backend: local } }
collections:
  others: { fields: { key: { type: int, primary: true }, code: { type: string, unique: true } } }
  things: { fields: { id: { type: uuid, primary: true, default: auto }, f: { ${options} } } }`;
  const found = load(text).collections.get('things')?.fields.get('f');
  if (found === undefined) throw new Error('the field is gone');
  return found;
}

describe('a bucket', () => {
  it('has defaults, its size limit from alyx.yml', () => {
    expect(bucket('')).toStrictEqual({
      name: 'b',
      backend: 'local',
      maxFileSize: 1000,
      maxTotalSize: null,
      allowedTypes: null,
      compression: 'none',
      fileSecurity: false,
      cacheControl: 'private, no-cache',
      rules: {},
      at: { file: 'schema.yaml', line: 2, column: 12 },
    });
  });

  it.each<[string, Partial<Bucket>]>([
    ['max_file_size: 5MB', { maxFileSize: 5_000_000 }],
    ['max_total_size: 10GiB', { maxTotalSize: 10 * 2 ** 30 }],
    [
      'allowed_types: [Image/PNG, image/*, application/vnd.api+json]',
      { allowedTypes: ['image/png', 'image/*', 'application/vnd.api+json'] },
    ],
    ['allowed_types: [image/png, "*/*"]', { allowedTypes: null }],
    ['compression: true', { compression: 'zstd' }],
    ['compression: false', { compression: 'none' }],
    ['compression: none', { compression: 'none' }],
    ['compression: gzip', { compression: 'gzip' }],
    ['compression: zstd', { compression: 'zstd' }],
    ['file_security: true', { fileSecurity: true }],
    ['cache_control: "public, max-age=3600"', { cacheControl: 'public, max-age=3600' }],
  ])('reads %s', (options, expected) => {
    expect(bucket(options)).toMatchObject(expected);
  });

  it('keeps each rule with the place of its first character', () => {
    const text =
      'buckets:\n  b:\n    backend: local\n    rules:\n      read: "true"\n      create: auth.id != null\n      delete: >-\n        false\n';
    expect(load(text).buckets.get('b')?.rules).toStrictEqual({
      create: { text: 'auth.id != null', at: { file: 'schema.yaml', line: 7, column: 15 } },
      read: { text: 'true', at: { file: 'schema.yaml', line: 6, column: 14 } },
      delete: { text: 'false', at: { file: 'schema.yaml', line: 9, column: 9 } },
    });
  });

  it('may share its name with a collection', () => {
    const { buckets, collections } = load(
      'buckets: { x: { backend: local } }\ncollections: { x: { fields: { id: { type: id, primary: true } } } }',
    );
    expect([buckets.has('x'), collections.has('x')]).toEqual([true, true]);
  });
});

describe('a field', () => {
  const ONE_OF_EACH = [
    ['id', 'type: id'],
    ['uuid', 'type: uuid, unique: true'],
    ['string', 'type: string, minLength: 1'],
    ['text', 'type: text'],
    ['richtext', 'type: richtext'],
    ['int', 'type: int, validate: { min: 0 }'],
    ['float', 'type: float, default: 1.5'],
    ['bool', 'type: bool, default: false'],
    ['timestamp', 'type: timestamp, default: now, onUpdate: now'],
    ['date', 'type: date, default: 2026-11-24'],
    ['json', 'type: json, default: { a: [1, null, { b: null }] }'],
    ['blob', 'type: blob, nullable: true'],
    ['email', 'type: email, unique: true'],
    ['url', 'type: url'],
    ['select', 'type: select, select: { values: [a, b] }'],
    ['relation', 'type: relation, relation: { collection: others }'],
    ['file', 'type: file, file: { bucket: b }'],
    ['file[]', 'type: "file[]", file: { bucket: b }'],
  ] as const;

  it.each(ONE_OF_EACH)('of type %s parses', (type, options) => {
    expect(field(options)).toMatchObject({ name: 'f', type });
  });

  it('has no type beyond those', () => {
    expect(ONE_OF_EACH.map(([type]) => type)).toEqual(FIELD_TYPES);
  });

  it('has defaults', () => {
    expect(field('type: text')).toStrictEqual({
      name: 'f',
      type: 'text',
      primary: false,
      unique: false,
      index: false,
      nullable: false,
      default: undefined,
      onUpdate: undefined,
      references: undefined,
      internal: false,
      validate: {},
      select: undefined,
      relation: undefined,
      file: undefined,
      at: { file: 'schema.yaml', line: 6, column: 73 },
    });
  });

  it.each<[string, Partial<Field>]>([
    ['type: string, minLength: 1, max_length: 9', { validate: { minLength: 1, maxLength: 9 } }],
    ['type: string, validate: { min_length: 1, maxLength: 9 }', { validate: { minLength: 1, maxLength: 9 } }],
    [
      'type: string, validate: { pattern: "^a+$", enum: [a, aa] }',
      { validate: { pattern: '^a+$', enum: ['a', 'aa'] } },
    ],
    ['type: text, validate: { format: hostname }', { validate: { format: 'hostname' } }],
    ['type: int, validate: { min: 1, max: 3, enum: [1, 2] }', { validate: { min: 1, max: 3, enum: [1, 2] } }],
    ['type: date, on_update: now', { onUpdate: 'now' }],
    ['type: uuid, default: auto', { default: { kind: 'auto' } }],
    ['type: timestamp, default: now', { default: { kind: 'now' } }],
    ['type: text, default: now', { default: { kind: 'value', value: 'now' } }],
    [
      'type: select, default: auto, select: { values: [auto, manual] }',
      { default: { kind: 'value', value: 'auto' } },
    ],
    [
      'type: json, default: { a: [null, { b: }] }',
      { default: { kind: 'value', value: { a: [null, { b: null }] } } },
    ],
    ['type: string, default:', { default: undefined }],
    [
      'type: select, select: { values: [a, b], maxSelect: 2 }',
      { select: { values: ['a', 'b'], maxSelect: 2 } },
    ],
    ['type: select, select: { values: [a] }', { select: { values: ['a'], maxSelect: 1 } }],
    [
      'type: relation, relation: { collection: others }',
      { relation: { collection: 'others', field: 'key', onDelete: 'restrict' } },
    ],
    [
      'type: relation, nullable: true, relation: { collection: others, field: code, onDelete: set_null }',
      { relation: { collection: 'others', field: 'code', onDelete: 'set_null' } },
    ],
    [
      'type: relation, onDelete: cascade, relation: { collection: others }',
      { relation: { collection: 'others', field: 'key', onDelete: 'cascade' } },
    ],
    [
      'type: string, references: others.code, on_delete: no_action',
      { references: { collection: 'others', field: 'code', onDelete: 'no_action' } },
    ],
    [
      'type: int, references: others.key',
      { references: { collection: 'others', field: 'key', onDelete: 'restrict' } },
    ],
    [
      'type: text, internal: true, index: true, nullable: true',
      { internal: true, index: true, nullable: true },
    ],
    [
      'type: file, file: { bucket: b }',
      { file: { bucket: 'b', maxSize: null, allowedTypes: null, maxFiles: null, onDelete: 'keep' } },
    ],
    [
      'type: "file[]", file: { bucket: b, maxSize: 5MB, allowed_types: [IMAGE/*], maxFiles: 3, on_delete: cascade }',
      {
        file: {
          bucket: 'b',
          maxSize: 5_000_000,
          allowedTypes: ['image/*'],
          maxFiles: 3,
          onDelete: 'cascade',
        },
      },
    ],
  ])('reads { %s }', (options, expected) => {
    expect(field(options)).toMatchObject(expected);
  });
});

describe('a collection', () => {
  it('knows its primary key, its indexes and its rules', () => {
    const text = `
collections:
  posts:
    fields: { no: { type: int, primary: true }, title: { type: string }, at: { type: timestamp } }
    indexes: [{ name: by_title, fields: [title, at], unique: true }, { name: by_at, fields: [at] }]
    rules: { read: "true" }`;
    const posts = load(text).collections.get('posts');
    expect(posts).toMatchObject({
      name: 'posts',
      primaryKey: 'no',
      indexes: [
        { name: 'by_title', fields: ['title', 'at'], unique: true },
        { name: 'by_at', fields: ['at'], unique: false },
      ],
      rules: { read: { text: 'true', at: { line: 7, column: 21 } } },
      at: { line: 4, column: 3 },
    });
  });

  it('makes the value of a primary id by itself', () => {
    const text = 'collections: { a: { fields: { id: { type: id, primary: true } } } }';
    expect(load(text).collections.get('a')?.fields.get('id')?.default).toEqual({ kind: 'auto' });
  });

  it('may refer to itself and to one declared later', () => {
    const text = `
collections:
  a: { fields: { id: { type: id, primary: true }, up: { type: relation, nullable: true, relation: { collection: a } }, z: { type: string, references: z.id } } }
  z: { fields: { id: { type: uuid, primary: true } } }`;
    expect(load(text).collections.size).toBe(2);
  });
});

it.each(['', 'buckets:', 'buckets: {}\ncollections: {}'])('a schema of nothing (%j) is fine', (text) => {
  expect(load(text)).toEqual({ buckets: new Map(), collections: new Map() });
});
