import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { check } from '../../src/cli/check.ts';
import { makeTempFolder } from '../support/temp-folder.ts';

const CONFIG = 'server: { port: 8080 }\n';
const SCHEMA = 'version: 1\nbuckets: { docs: { backend: local, rules: { read: "auth.id != null" } } }\n';

let folder: string;
beforeEach(() => {
  const temp = makeTempFolder();
  folder = temp.path;
  return temp.remove;
});

function run(files: Readonly<Record<string, string>>, env = {}, names = ['alyx.yml', 'schema.yaml']) {
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  const [config = '', schema = ''] = names.map((name) => join(folder, name));
  let out = '';
  let err = '';
  const code = check({
    config,
    schema,
    env,
    out: { write: (text) => (out += text.replaceAll(`${folder}/`, '')) },
    err: { write: (text) => (err += text.replaceAll(`${folder}/`, '')) },
    color: false,
  });
  return { code, out, err };
}

describe('alyx check', () => {
  it('says in a line that both files are fine', () => {
    expect(run({ 'alyx.yml': CONFIG, 'schema.yaml': SCHEMA })).toEqual({
      code: 0,
      out: 'alyx.yml and schema.yaml are fine: 1 bucket, 0 collections, 1 rule\n',
      err: '',
    });
  });

  it('finds the files under YAML’s other ending', () => {
    expect(run({ 'alyx.yaml': CONFIG, 'schema.yml': SCHEMA }).code).toBe(0);
  });

  it('shows every problem of both files with its line, a caret and a hint', () => {
    const { code, out, err } = run({
      'alyx.yml': 'server: { prot: 8080 }\n',
      'schema.yaml': 'version: 1\nbuckets: { docs: { backend: local, rulez: {} } }\n',
    });
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toBe(`alyx.yml:1:11 server.prot is not a known key
  1 | server: { prot: 8080 }
                ^
  hint: did you mean "port"?

schema.yaml:2:36 buckets.docs.rulez is not a known key
  2 | buckets: { docs: { backend: local, rulez: {} } }
                                         ^
  hint: did you mean "rules"?

2 problems
`);
  });

  it('looks at backends only while alyx.yml is sound', () => {
    const files = { 'alyx.yml': 'nonsense: 1\n', 'schema.yaml': SCHEMA.replace('local', 'nowhere') };
    expect(run(files).err).not.toContain('nowhere is');
    expect(run({ ...files, 'alyx.yml': CONFIG }).err).toContain('is no backend of alyx.yml');
  });

  it('compiles the rules', () => {
    const { code, err } = run({ 'alyx.yml': CONFIG, 'schema.yaml': SCHEMA.replace('auth.id', 'auht.id') });
    expect(code).toBe(1);
    expect(err).toContain('schema.yaml:2:52 buckets.docs.rules.read');
  });

  it('shows mistakes in rules together with those in what stands around them', () => {
    const schema = `version: 1
buckets:
  docs: { backend: nowhere, rules: { read: "auht.id != null" } }
  broken: { backend: local, max_file_size: much, rules: { read: "auht.id != null" } }
collections:
  posts:
    fields:
      id: { type: uuid, primary: true, default: auto }
      author: { type: relation, relation: { collection: people } }
      cover: { type: file, file: { bucket: pictures } }
    rules: { read: "doc.author == 5 || doc.titel == 'x'" }
  broken:
    fields: { id: { type: uuid, primary: true, default: auto }, odd: { type: odd } }
    rules: { read: "doc.nothing == 'x'" }
`;
    const { err } = run({ 'alyx.yml': CONFIG, 'schema.yaml': schema });
    expect(err.split('\n').filter((line) => line.startsWith('schema.yaml:'))).toEqual([
      'schema.yaml:3:20 buckets.docs.backend is no backend of alyx.yml',
      'schema.yaml:3:45 buckets.docs.rules.read names an unknown variable: auht',
      'schema.yaml:4:44 buckets.broken.max_file_size must be a size of at least 1 byte',
      'schema.yaml:9:57 collections.posts.fields.author.relation.collection is no collection of this schema',
      'schema.yaml:10:44 collections.posts.fields.cover.file.bucket is no bucket of this schema',
      `schema.yaml:11:44 collections.posts.rules.read names an unknown member: doc has no "titel" here`,
      expect.stringContaining('schema.yaml:13:78 collections.broken.fields.odd.type must be one of: id,'),
    ]);
    expect(err).toContain('7 problems');
  });

  it('shows what else is wrong where a key is given twice, in either of the two', () => {
    const schema = `version: 1
buckets:
  docs: { backend: local, rulez: {} }
buckets:
  more: { backend: local, backend: nowhere, rules: { read: "auht.id != null" } }
collections:
  posts: { fields: { id: { type: uuid, primary: true, default: auto }, cover: { type: file, file: { bucket: docs } } } }
`;
    const { err } = run({ 'alyx.yml': 'server: { port: 1 }\nserver: { prot: 2 }\n', 'schema.yaml': schema });
    expect(err.split('\n').filter((line) => /^(alyx|schema)\./.test(line))).toEqual([
      'alyx.yml:2:1 the key "server" is given twice',
      'alyx.yml:2:11 server.prot is not a known key',
      'schema.yaml:3:27 buckets.docs.rulez is not a known key',
      'schema.yaml:4:1 the key "buckets" is given twice',
      'schema.yaml:5:27 buckets.more the key "backend" is given twice',
      'schema.yaml:5:61 buckets.more.rules.read names an unknown variable: auht',
    ]);
  });

  it('notes which rules have no SQL, without calling that a problem', () => {
    const schema = `version: 1
buckets:
  quick: { backend: local, rules: { read: "auth.id == file.owner_id || file.name.startsWith('a')" } }
  slow: { backend: local, rules: { read: "auth.verified || file.name.matches('^a')", download: "file.name.matches('^a')" } }
  own: { backend: local, file_security: true, rules: { read: "true" } }
collections:
  posts:
    fields: { id: { type: uuid, primary: true, default: auto }, tags: { type: 'file[]', file: { bucket: quick } } }
    rules: { read: "doc.tags.exists(tag, tag == auth.id)", update: "doc.tags.exists(tag, tag == auth.id)" }
`;
    const { code, out, err } = run({ 'alyx.yml': CONFIG, 'schema.yaml': schema });
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toBe(`alyx.yml and schema.yaml are fine: 3 buckets, 1 collection, 6 rules
note: schema.yaml:4:43 buckets.slow.rules.read has no SQL: lists run it row by row
note: schema.yaml:9:21 collections.posts.rules.read has no SQL: lists run it row by row
`);
  });

  it('names a missing file and what to do', () => {
    const { code, err } = run({ 'alyx.yml': CONFIG });
    expect(code).toBe(1);
    expect(err).toBe('schema.yaml:1:1 does not exist\n  hint: "alyx init" writes a starter\n\n1 problem\n');
  });

  it('names a file that cannot be read', () => {
    expect(run({ 'alyx.yml': CONFIG }, {}, ['alyx.yml', '.']).err).toContain('cannot be read: EISDIR');
  });

  it('shows no secret, neither from the environment nor from the file', () => {
    const files = { 'alyx.yml': 'auth: { jwt: { secret: hunter2, isuer: x } }\n', 'schema.yaml': SCHEMA };
    const { err } = run(files, { ALYX_SERVER_PORT: 'hunter2' });
    expect(err).toContain('secret: *******, isuer: x');
    expect(err).toContain('3 problems');
    expect(err).not.toContain('hunter2');
  });
});
