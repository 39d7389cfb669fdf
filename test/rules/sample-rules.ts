import { ANONYMOUS, type Actor } from '../../src/auth/actor.ts';
import { compileRule, type CompiledRule } from '../../src/rules/compile-rule.ts';
import type { RuleVariables } from '../../src/rules/rule-variables.ts';
import { bucketScope, collectionScope } from '../../src/rules/scope.ts';
import {
  authVariables,
  fileVariables,
  recordVariables,
  requestVariables,
  type FileFacts,
} from '../../src/rules/variables.ts';
import type { JsonValue } from '../../src/lib/json.ts';
import { loadSchema } from '../../src/schema/load-schema.ts';
import type { Collection } from '../../src/schema/schema.ts';

export const NOW = Date.parse('2026-11-24T09:30:00.500Z');

/** A collection with a field of every type that rules tell apart. */
export const schema = loadSchema({
  file: 'schema.yaml',
  text: `version: 1
buckets: { pictures: { backend: local } }
collections:
  counters: { fields: { number: { type: int, primary: true } } }
  posts:
    fields:
      id: { type: uuid, primary: true, default: auto }
      title: { type: string }
      author_id: { type: string, nullable: true }
      rank: { type: int, nullable: true }
      weight: { type: int, nullable: true }
      score: { type: float, nullable: true }
      published: { type: bool, nullable: true }
      published_at: { type: timestamp, nullable: true }
      day: { type: date, nullable: true }
      data: { type: json, nullable: true }
      state: { type: select, nullable: true, select: { values: [draft, live] } }
      tags: { type: select, nullable: true, select: { values: [red, green, blue], maxSelect: 3 } }
      gallery: { type: 'file[]', nullable: true, file: { bucket: pictures } }
      counter: { type: relation, nullable: true, relation: { collection: counters } }
      long-name: { type: string, nullable: true }
`,
});

export const posts = schema.collections.get('posts') as Collection;

export const USER: Actor = {
  id: 'u1',
  email: 'u1@example.com',
  role: 'user',
  verified: true,
  metadata: { team: 'red', level: 3, teams: ['red', 'blue'], nested: { deep: 'x' }, nothing: null },
};

export function fileRule(text: string, operation: 'create' | 'read' = 'read'): CompiledRule {
  return compileRule(text, bucketScope(operation));
}

export function postRule(text: string, operation: 'read' | 'update' = 'read'): CompiledRule {
  return compileRule(text, collectionScope(schema, posts.fields, operation));
}

export function callerVariables(actor: Actor): RuleVariables {
  return {
    auth: authVariables(actor),
    request: requestVariables({ method: 'GET', ip: '127.0.0.1', time: NOW }),
  };
}

export const FILE: FileFacts = {
  id: '0192f0c8-0000-7000-8000-000000000001',
  name: 'cat.png',
  path: 'u1/cat.png',
  mimeType: 'image/png',
  size: 1000,
  bucket: 'pictures',
  ownerId: 'u1',
  metadata: { public: true, shared: ['u2', 'u3'], level: 3, nothing: null, constructor: 'x' },
  createdAt: NOW - 1000,
};

/** Whether the rule allows; by default a user on the file that is their own. */
export function allowsFile(text: string, actor: Actor = USER, file: Partial<FileFacts> = {}): boolean {
  const facts: FileFacts = { ...FILE, ...file };
  return fileRule(text).allows({ ...callerVariables(actor), file: fileVariables(facts) });
}

export function allowsPost(text: string, doc: Readonly<Record<string, JsonValue>>, actor = USER): boolean {
  const variables = { ...callerVariables(actor), doc: recordVariables(posts.fields, doc) };
  return postRule(text).allows(variables);
}

export { ANONYMOUS };
