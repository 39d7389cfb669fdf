import { describe, expect, it } from 'vitest';
import { loadSchema } from '../../src/schema/load-schema.ts';
import { problemLines } from '../support/problem-lines.ts';

const config = { storage: { defaultMaxFileSize: 1000, backends: { local: {}, cloud: {} } } };
const refused = (text: string) => problemLines(() => loadSchema({ text, file: 's', config }));

const NAME_RULE = 'is no name: use a-z, 0-9, "_" and "-", up to 63 characters, starting with a letter';
const SIZE = 'must be a size of at least 1 byte (write it as 5242880, 5MB (10^6) or 5MiB (2^20))';
const OPERATIONS = 'use one of: create, read, update, delete';

describe('schema.yaml is refused', () => {
  it.each([
    ['', 's:1:1 version is required (use one of: 1)'],
    ['version: 2', 's:1:10 version must be 1'],
    ['version: "1"', 's:1:11 version must be 1'],
    ['version: 1\nbukets: {}', 's:2:1 bukets is not a known key (did you mean "buckets"?)'],
    ['version: 1\nbuckets: []', 's:2:10 buckets must be a section with keys of its own'],
    ['version: 1\nbuckets: { b: yes }', 's:2:15 buckets.b must be a section with keys of its own'],
    ['version: 1\ncollections: { c: 1 }', 's:2:19 collections.c must be a section with keys of its own'],
  ])('%j', (text, problem) => {
    expect(refused(text)).toContain(problem);
  });
});

describe('a bucket is refused', () => {
  it.each([
    ['B: { backend: local }', `1:B ${NAME_RULE}`],
    ['1b: { backend: local }', `1:1b ${NAME_RULE}`],
    ['b.c: { backend: local }', `1:b.c ${NAME_RULE}`],
    [`${'b'.repeat(64)}: { backend: local }`, `1:${'b'.repeat(64)} ${NAME_RULE}`],
    ['_alyx_b: { backend: local }', '1:_alyx_b is a reserved name'],
    ['sqlite_b: { backend: local }', '1:sqlite_b is a reserved name'],
    ['constructor: { backend: local }', '1:constructor is a reserved name'],
    ['b:', '1:b.backend is required'],
    ['b: {}', '1:b.backend is required'],
    ['b: { backend: locl }', '15:b.backend is no backend of alyx.yml (did you mean "local"?)'],
    ['b: { backend: constructor }', '15:b.backend is no backend of alyx.yml (use one of: local, cloud)'],
    ['b: { backend: local, max_file_size: 0 }', `37:b.max_file_size ${SIZE}`],
    ['b: { backend: local, max_total_size: much }', `38:b.max_total_size ${SIZE}`],
    ['b: { backend: local, allowed_types: image/png }', '37:b.allowed_types must be a list'],
    ['b: { backend: local, allowed_types: [] }', '37:b.allowed_types must have at least 1 entry'],
    [
      'b: { backend: local, allowed_types: [png] }',
      '38:b.allowed_types.0 must be a media type like image/png, image/* or */*',
    ],
    [
      'b: { backend: local, allowed_types: ["*/png"] }',
      '39:b.allowed_types.0 must be a media type like image/png, image/* or */*',
    ],
    [
      'b: { backend: local, compression: brotli }',
      '35:b.compression must be one of: none, gzip, zstd (true means zstd, false means none)',
    ],
    ['b: { backend: local, file_security: 1 }', '37:b.file_security must be true or false'],
    [
      'b: { backend: local, cache_control: "a\\r\\nSet-Cookie: b" }',
      '38:b.cache_control must be a header value: printable ASCII, without space at either end',
    ],
    [
      'b: { backend: local, rules: { raed: "true" } }',
      '31:b.rules.raed is not a known key (did you mean "read"?)',
    ],
    [
      'b: { backend: local, rules: { read: true } }',
      '37:b.rules.read must be a rule, as text (write "true", in quotes)',
    ],
    [
      'b: { backend: local, rules: { read: 1 } }',
      '37:b.rules.read must be a rule, as text (put the rule in quotes)',
    ],
    [
      'b: { backend: local, rules: { read: "" } }',
      '38:b.rules.read must not be empty (leave the rule out to deny everyone but admins)',
    ],
    [
      'b: { backend: local, maxFileSize: 1 }',
      '22:b.maxFileSize is not a known key (did you mean "max_file_size"?)',
    ],
  ])('%s', (text, problem) => {
    const [, column, rest] = /^(\d+):(.*)$/s.exec(problem) ?? [];
    expect(refused(`version: 1\nbuckets:\n ${text}`)).toEqual([
      `s:3:${Number(column) + 1} buckets.${rest ?? ''}`,
    ]);
  });

  it('only for itself where alyx.yml is not known', () => {
    const text = 'version: 1\nbuckets: { b: { backend: anywhere } }';
    expect(problemLines(() => loadSchema({ text, file: 's' }))).toEqual([]);
  });
});

describe('a field is refused', () => {
  const schema = (options: string) => `version: 1
buckets: { b: { backend: local } }
collections:
  others: { fields: { key: { type: int, primary: true }, code: { type: string }, data: { type: json } } }
  things:
    fields:
      id: { type: uuid, primary: true }
      f: { ${options} }`;
  const set_null = 'needs a nullable field (add nullable: true, or choose restrict, cascade or no_action)';
  const TEXT = 'default, index, unique, min_length, max_length, validate';

  it.each([
    ['nullable: true', '7 type is required'],
    ['type: strng', '18 type must be one of: '],
    ['type: text, nulable: true', '24 nulable is not a known key (did you mean "nullable"?)'],
    ['type: text, minLenght: 3', '24 minLenght is not a known key (did you mean "min_length"?)'],
    ['type: text, minLength: -1', '35 minLength must be at least 0'],
    ['type: text, minLength: x', '35 minLength must be a number'],
    [
      'type: text, primary: true',
      `24 primary does not fit the type text (it takes: nullable, internal, ${TEXT})`,
    ],
    [
      'type: bool, minLength: 1',
      '24 minLength does not fit the type bool (it takes: nullable, internal, default, index, unique)',
    ],
    [
      'type: text, file: { bucket: b }',
      `24 file does not fit the type text (it takes: nullable, internal, ${TEXT})`,
    ],
    [
      'type: text, on_update: now',
      `24 on_update does not fit the type text (it takes: nullable, internal, ${TEXT})`,
    ],
    ['type: timestamp, onUpdate: later', '39 onUpdate must be now'],
    ['type: text, onDelete: cascade, on_delete: cascade', '10  has both on_delete and onDelete'],
    ['type: string, on_delete: cascade', '26 on_delete needs references beside it'],
    [
      'type: string, references: others',
      '38 references must be a collection and a field (write it as collection.field)',
    ],
    [
      'type: string, references: other.code',
      '38 references is no collection of this schema (did you mean "others"?)',
    ],
    ['type: string, references: others.cod', '38 references is no field of others (did you mean "code"?)'],
    [
      'type: string, references: others.code',
      '38 references must be a unique field: others.code is none (refer to its primary key, or add unique: true there)',
    ],
    [
      'type: string, references: others.key',
      '38 references must be a field that holds the same: this one is string, that one int',
    ],
    ['type: int, references: others.key, on_delete: set_null', `58 on_delete ${set_null}`],
    [
      'type: text, validate: { min: 1 }',
      '36 validate.min does not fit the type text (validate takes: min_length, max_length, pattern, format, enum)',
    ],
    ['type: int, validate: { min: 3, max: 1 }', '40 validate.min must not be more than max, 1'],
    [
      'type: text, validate: { minLength: 3 }, maxLength: 1',
      '47 validate.minLength must not be more than the longest length, 1',
    ],
    [
      'type: text, minLength: 3, validate: { min_length: 1 }',
      '24 minLength is given twice: remove it here or under validate',
    ],
    [
      'type: text, validate: { pattern: "(?=a)" }',
      '46 validate.pattern is no regular expression (RE2 syntax: no lookaround, no backreferences)',
    ],
    [
      'type: text, validate: { format: emial }',
      '44 validate.format is no known format (did you mean "email"?)',
    ],
    ['type: text, validate: { enum: [] }', '42 validate.enum must have at least 1 entry'],
    ['type: text, validate: { enum: [a, 1] }', '46 validate.enum.1 must be text'],
    ['type: text, default: 1', '33 default must be text'],
    ['type: int, default: 1.5', '32 default must be a whole number up to 2^53 - 1'],
    ['type: int, default: auto', '32 default must be a whole number up to 2^53 - 1'],
    ['type: float, default: .inf', '34 default must be a number'],
    [
      'type: json, default: [1, .inf]',
      '33 default must be JSON with no number beyond 1.8e308, the limit of a double',
    ],
    ['type: bool, default: "yes"', '34 default must be true or false'],
    ['type: uuid, default: x', '33 default must be a lower-case UUID, or auto'],
    [
      'type: timestamp, default: 2026-11-24',
      '38 default must be an RFC 3339 time like 2026-11-24T09:30:00Z, or now',
    ],
    ['type: date, default: 2026-02-30', '33 default must be a date like 2026-11-24, or now'],
    ['type: email, default: nobody', '34 default must be an e-mail address'],
    ['type: url, default: "javascript:alert(1)"', '33 default must be an http or https URL'],
    ['type: text, default: ab, minLength: 3', '33 default must have at least 3 characters'],
    ['type: text, default: 😀😀, maxLength: 1', '33 default must have at most 1 characters'],
    ['type: int, default: 5, validate: { max: 4 }', '32 default must be at most 4'],
    ['type: int, default: 5, validate: { enum: [1, 2] }', '32 default must be one of: 1, 2'],
    ['type: text, default: b, validate: { pattern: ^a }', '33 default must match the pattern ^a'],
    ['type: text, default: b, validate: { format: ipv4 }', '33 default must be a valid ipv4'],
    ['type: blob, default: aGk=', '24 default does not fit the type blob (it takes: nullable, internal)'],
    ['type: select', '7 select is required for the type select'],
    ['type: select, select: { values: [] }', '44 select.values must have at least 1 entry'],
    ['type: select, select: { values: [a, a] }', '44 select.values must not hold a value twice'],
    ['type: select, select: { values: [a], maxSelect: 0 }', '60 select.maxSelect must be at least 1'],
    ['type: select, default: c, select: { values: [a, b] }', '35 default must be one of: a, b'],
    ['type: select, default: [a], select: { values: [a, b] }', '35 default must be one value, not a list'],
    [
      'type: select, default: [a, a], select: { values: [a], maxSelect: 2 }',
      '35 default must not hold a value twice',
    ],
    ['type: relation', '7 relation is required for the type relation'],
    [
      'type: relation, relation: { collection: other }',
      '52 relation.collection is no collection of this schema (did you mean "others"?)',
    ],
    [
      'type: relation, relation: { collection: others, field: cod }',
      '67 relation.field is no field of others (did you mean "code"?)',
    ],
    [
      'type: relation, relation: { collection: others, field: code }',
      '67 relation.field must be a unique field: others.code is none (refer to its primary key, or add unique: true there)',
    ],
    [
      'type: relation, relation: { collection: others, onDelete: set_null }',
      `70 relation.onDelete ${set_null}`,
    ],
    [
      'type: relation, onDelete: cascade, relation: { collection: others, onDelete: restrict }',
      '28 onDelete is given twice: remove it here or under relation',
    ],
    [
      'type: relation, relation: { collection: others, onDelete: drop }',
      '70 relation.onDelete must be one of: restrict, cascade, set_null, no_action',
    ],
    ['type: file', '7 file is required for the type file'],
    ['type: file, file: {}', '24 file.bucket is required'],
    ['type: file, file: { bucket: c }', '40 file.bucket is no bucket of this schema (use one of: b)'],
    [
      'type: file, file: { bucket: b, max_files: 2 }',
      '43 file.max_files does not fit the type file (a field of type "file[]" holds several)',
    ],
    ['type: "file[]", file: { bucket: b, max_files: 0 }', '58 file.max_files must be at least 1'],
    ['type: file, file: { bucket: b, onDelete: delete }', '53 file.onDelete must be one of: keep, cascade'],
    ['type: file, file: { bucket: b, maxSize: 0 }', `52 file.maxSize ${SIZE}`],
  ])('{ %s }', (options, problem) => {
    const [, column, rest = ''] = /^(\d+) (.*)$/s.exec(problem) ?? [];
    const path = `collections.things.fields.f${rest.startsWith(' ') ? '' : '.'}`;
    const lines = refused(schema(options));
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain(`s:8:${column ?? ''} ${path}${rest}`);
  });
});

describe('a collection is refused', () => {
  const KEY = 'id: { type: id, primary: true }';

  it.each([
    [
      '{}',
      '4:3 c.fields must have a primary key (add a field like  id: { type: uuid, primary: true, default: auto })',
    ],
    [
      '{ fields: { a: { type: text } } }',
      '4:8 c.fields must have a primary key (add a field like  id: { type: uuid, primary: true, default: auto })',
    ],
    [
      `{ fields: { ${KEY}, b: { type: int, primary: true } } }`,
      '4:76 c.fields.b.primary cannot be a primary key too: id is one already',
    ],
    [
      '{ fields: { id: { type: id, primary: true, nullable: true } } }',
      '4:49 c.fields.id.nullable does not fit a primary key',
    ],
    [`{ fields: { ${KEY}, camelCase: { type: text } } }`, `4:51 c.fields.camelCase ${NAME_RULE}`],
    [`{ fields: { ${KEY} }, rulez: {} }`, '4:53 c.rulez is not a known key (did you mean "rules"?)'],
    [
      `{ fields: { ${KEY} }, rules: { download: "true" } }`,
      `4:62 c.rules.download is not a known key (${OPERATIONS})`,
    ],
    [`{ fields: { ${KEY} }, indexes: [{ name: I, fields: [id] }] }`, `4:71 c.indexes.0.name ${NAME_RULE}`],
    [
      `{ fields: { ${KEY} }, indexes: [{ name: i, fields: [] }] }`,
      '4:82 c.indexes.0.fields must have at least 1 entry',
    ],
    [
      `{ fields: { ${KEY} }, indexes: [{ name: i, fields: [other] }] }`,
      '4:83 c.indexes.0.fields.0 is no field of this collection (use one of: id)',
    ],
    [
      `{ fields: { ${KEY} }, indexes: [{ name: i, fields: [id, id] }] }`,
      '4:87 c.indexes.0.fields.1 is named twice',
    ],
    [
      `{ fields: { ${KEY} }, indexes: [{ name: i, fields: [id] }, { name: i, fields: [id] }] }`,
      '4:98 c.indexes.1.name is the name of another index already',
    ],
    [
      `{ fields: { ${KEY}, j: { type: json } }, indexes: [{ name: i, fields: [j] }] }`,
      '4:102 c.indexes.0.fields.0 cannot be indexed: its type is json',
    ],
  ])('%s', (text, problem) => {
    const [, place, rest] = /^(\S+) (.*)$/s.exec(problem) ?? [];
    expect(refused(`version: 1\n\ncollections:\n  c: ${text}`)).toEqual([
      `s:${place ?? ''} collections.${rest ?? ''}`,
    ]);
  });
});

describe('all mistakes come at once', () => {
  it('whatever part they are in', () => {
    const text = `version: 1
buckets:
  broken: { backend: locl, compression: brotli }
  other: { backend: nowhere }
collections:
  posts:
    fields:
      id: { type: strin }
      cover: { type: file, file: { bucket: missing } }
      up: { type: relation, relation: { collection: nobody } }
    rulez: {}
    indexes: [{ name: i, fields: [nothing] }]
    rules: { raed: "true" }
`;
    expect(refused(text).map((line) => line.split(' ', 2).join(' '))).toEqual([
      's:3:41 buckets.broken.compression',
      's:4:21 buckets.other.backend',
      's:8:19 collections.posts.fields.id.type',
      's:9:44 collections.posts.fields.cover.file.bucket',
      's:10:53 collections.posts.fields.up.relation.collection',
      's:11:5 collections.posts.rulez',
      's:12:35 collections.posts.indexes.0.fields.0',
      's:13:14 collections.posts.rules.raed',
    ]);
  });

  it('and a broken part is no second mistake in those that refer to it', () => {
    const text = `version: 1
buckets: { b: { backend: local, compression: brotli } }
collections:
  a: { fields: { id: { type: strin, primary: true } } }
  z:
    fields:
      id: { type: id, primary: true }
      cover: { type: file, file: { bucket: b } }
      a: { type: relation, relation: { collection: a, field: id } }
`;
    expect(refused(text)).toHaveLength(2);
  });
});
