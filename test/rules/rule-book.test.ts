import { describe, expect, it } from 'vitest';
import { compileRules } from '../../src/rules/rule-book.ts';
import { loadSchema } from '../../src/schema/load-schema.ts';
import { problemLines } from '../support/problem-lines.ts';
import { callerVariables, ANONYMOUS, USER } from './sample-rules.ts';

const compile = (text: string) =>
  compileRules(loadSchema({ text: `version: 1\n${text}`, file: 'schema.yaml' }));

describe('the rules of a schema', () => {
  it('are kept apart where a bucket and a collection share a name', () => {
    const rules = compile(`
buckets: { posts: { backend: local, rules: { read: "true" } } }
collections: { posts: { fields: { id: { type: uuid, primary: true } }, rules: { read: "false", update: "true" } } }
`);
    const allows = (rule: ReturnType<typeof rules.bucketRule>) => rule?.allows(callerVariables(USER));
    expect(allows(rules.bucketRule('posts', 'read'))).toBe(true);
    expect(allows(rules.collectionRule('posts', 'read'))).toBe(false);
    expect(rules.bucketRule('posts', 'update')).toBeUndefined();
    expect(rules.collectionRule('posts', 'create')).toBeUndefined();
    expect(rules.bucketRule('constructor', 'read')).toBeUndefined();
    expect(rules.bucketRule('posts', 'download')).toBeUndefined();
  });

  it('say what they look at', () => {
    const rules = compile(`
buckets: { posts: { backend: local, rules: { read: "auth.id == file.owner_id || has(file.metadata.x)" } } }`);
    expect([...(rules.bucketRule('posts', 'read')?.members ?? [])].sort()).toEqual([
      'auth.id',
      'file.metadata',
      'file.owner_id',
    ]);
  });

  it('are all compiled before any is complained about, each at its place', () => {
    expect(
      problemLines(() =>
        compile(`
buckets:
  pictures:
    backend: local
    rules:
      create: auth.idd != null
      read: "auth.id == file.ownerid"
      update: >-
        auth.id ==
      download: |
        auth.id != null &&
        auth.rolle == 'x'
collections:
  posts:
    fields: { id: { type: uuid, primary: true }, title: { type: string } }
    rules: { read: 'doc.titel == "a"', update: "doc.title == new_doc.titl", create: "new_doc.title == 'a'" }
`),
      ),
    ).toEqual([
      'schema.yaml:7:20 buckets.pictures.rules.create names an unknown member: auth has no "idd" here (did you mean "id"?)',
      'schema.yaml:8:30 buckets.pictures.rules.read names an unknown member: file has no "ownerid" here (did you mean "owner_id"?)',
      'schema.yaml:10:19 buckets.pictures.rules.update is not valid: it ends too early',
      'schema.yaml:13:14 buckets.pictures.rules.download names an unknown member: auth has no "rolle" here (did you mean "role"?)',
      'schema.yaml:17:25 collections.posts.rules.read names an unknown member: doc has no "titel" here (did you mean "title"?)',
      'schema.yaml:17:70 collections.posts.rules.update names an unknown member: new_doc has no "titl" here (did you mean "title"?)',
      'schema.yaml:17:86 collections.posts.rules.create names an unknown variable: new_doc (only the update rule of a collection has new_doc)',
    ]);
  });

  it('let one bad rule disable no good one silently: nothing is compiled at all', () => {
    expect(() => compile('buckets: { a: { backend: x, rules: { read: "true", create: "tru" } } }')).toThrow(
      /tru/,
    );
  });
});

describe('a missing rule', () => {
  it('is undefined, for anybody', () => {
    const rules = compile('buckets: { a: { backend: x } }');
    expect(rules.bucketRule('a', 'read')?.allows(callerVariables(ANONYMOUS))).toBeUndefined();
  });
});
