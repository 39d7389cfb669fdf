import type { BucketOperation, CollectionOperation, Field, Schema } from '../schema/schema.ts';
import type { RuleType } from './rule-type.ts';

/** The variables that a rule may name, and the members of each with their types. */
export type Scope = ReadonlyMap<string, ReadonlyMap<string, RuleType>>;

type Members = readonly (readonly [string, RuleType])[];

const AUTH: Members = [
  ['id', 'string'],
  ['email', 'string'],
  ['role', 'string'],
  ['verified', 'bool'],
  ['metadata', 'map<string, dyn>'],
];

const REQUEST: Members = [
  ['method', 'string'],
  ['ip', 'string'],
  ['time', 'timestamp'],
];

/** What is known of a file before it is there. */
const CANDIDATE: Members = [
  ['name', 'string'],
  ['path', 'string'],
  ['mime_type', 'string'],
  ['size', 'int'],
  ['bucket', 'string'],
  ['owner_id', 'string'],
  ['metadata', 'map<string, dyn>'],
];

const FILE: Members = [['id', 'string'], ...CANDIDATE, ['created_at', 'timestamp']];

const EVERYWHERE = [
  ['auth', new Map(AUTH)],
  ['request', new Map(REQUEST)],
] as const;

const CREATE_SCOPE: Scope = new Map([...EVERYWHERE, ['file', new Map(CANDIDATE)]]);
const FILE_SCOPE: Scope = new Map([...EVERYWHERE, ['file', new Map(FILE)]]);

export function bucketScope(operation: BucketOperation): Scope {
  return operation === 'create' ? CREATE_SCOPE : FILE_SCOPE;
}

export function collectionScope(
  schema: Schema,
  fields: ReadonlyMap<string, Field>,
  operation: CollectionOperation,
): Scope {
  const doc = new Map([...fields.values()].map((field) => [field.name, fieldRuleType(schema, field)]));
  const scope: Scope = new Map([...EVERYWHERE, ['doc', doc]]);
  return operation === 'update' ? new Map([...scope, ['new_doc', doc]]) : scope;
}

function fieldRuleType(schema: Schema, field: Field): RuleType {
  const isChoice = field.type === 'select' && (field.select?.maxSelect ?? 1) > 1;
  if (field.type === 'file[]' || isChoice) return 'list<string>';
  switch (field.type) {
    case 'int':
    case 'bool':
    case 'timestamp':
      return field.type;
    case 'float':
      return 'double';
    case 'json':
      return 'dyn';
    case 'relation': {
      const target = field.relation && schema.collections.get(field.relation.collection);
      // Only where schema.yaml is refused for it anyway.
      if (target === undefined) return 'dyn';
      return target.fields.get(field.relation?.field ?? '')?.type === 'int' ? 'int' : 'string';
    }
    default:
      return 'string';
  }
}
