import type { JsonValue } from '../lib/json.ts';
import type { SourcePosition } from '../lib/problem.ts';

/** What schema.yaml declares, checked and with defaults filled in. Sizes are bytes. */
export interface Schema {
  readonly buckets: ReadonlyMap<string, Bucket>;
  readonly collections: ReadonlyMap<string, Collection>;
}

export const BUCKET_OPERATIONS = ['create', 'read', 'update', 'download', 'delete'] as const;
export type BucketOperation = (typeof BUCKET_OPERATIONS)[number];

export const COLLECTION_OPERATIONS = ['create', 'read', 'update', 'delete'] as const;
export type CollectionOperation = (typeof COLLECTION_OPERATIONS)[number];

/** A rule as written, and where its text starts, so that a rule that does not compile can be pointed at. */
export interface RuleSource {
  readonly text: string;
  readonly at: SourcePosition;
}

export type Compression = 'none' | 'gzip' | 'zstd';

export interface Bucket {
  readonly name: string;
  readonly backend: string;
  readonly maxFileSize: number;
  /** Null = no quota. */
  readonly maxTotalSize: number | null;
  /** Media types and `type/*` ranges; null = every type. */
  readonly allowedTypes: readonly string[] | null;
  readonly compression: Compression;
  /** True: a file's own rules come first. */
  readonly fileSecurity: boolean;
  readonly cacheControl: string;
  /** A missing rule denies everyone but admins. */
  readonly rules: Readonly<Partial<Record<BucketOperation, RuleSource>>>;
  readonly at: SourcePosition;
}

export interface Collection {
  readonly name: string;
  readonly fields: ReadonlyMap<string, Field>;
  /** The name of the one field that is the primary key. */
  readonly primaryKey: string;
  readonly indexes: readonly Index[];
  readonly rules: Readonly<Partial<Record<CollectionOperation, RuleSource>>>;
  readonly at: SourcePosition;
}

export interface Index {
  readonly name: string;
  readonly fields: readonly string[];
  readonly unique: boolean;
}

export const FIELD_TYPES = [
  'id',
  'uuid',
  'string',
  'text',
  'richtext',
  'int',
  'float',
  'bool',
  'timestamp',
  'date',
  'json',
  'blob',
  'email',
  'url',
  'select',
  'relation',
  'file',
  'file[]',
] as const;
export type FieldType = (typeof FIELD_TYPES)[number];

export type OnDelete = 'restrict' | 'cascade' | 'set_null' | 'no_action';

export interface Field {
  readonly name: string;
  readonly type: FieldType;
  readonly primary: boolean;
  readonly unique: boolean;
  readonly index: boolean;
  readonly nullable: boolean;
  /** Undefined = no default. `auto` makes an id; `now` takes the clock. */
  readonly default: FieldDefault | undefined;
  readonly onUpdate: 'now' | undefined;
  readonly references: Reference | undefined;
  /** True: stored and visible to rules, never part of a response nor accepted from one who is no admin. */
  readonly internal: boolean;
  readonly validate: FieldValidation;
  readonly select: { readonly values: readonly string[]; readonly maxSelect: number } | undefined;
  readonly relation: Reference | undefined;
  readonly file: FileFieldOptions | undefined;
  readonly at: SourcePosition;
}

export type FieldDefault =
  | { readonly kind: 'auto' }
  | { readonly kind: 'now' }
  | { readonly kind: 'value'; readonly value: JsonValue };

export interface Reference {
  readonly collection: string;
  readonly field: string;
  readonly onDelete: OnDelete;
}

export interface FieldValidation {
  readonly min?: number;
  readonly max?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly pattern?: string;
  readonly format?: string;
  readonly enum?: readonly JsonValue[];
}

export interface FileFieldOptions {
  readonly bucket: string;
  readonly maxSize: number | null;
  readonly allowedTypes: readonly string[] | null;
  /** Null = one for `file`; for `file[]` no limit of its own. */
  readonly maxFiles: number | null;
  readonly onDelete: 'keep' | 'cascade';
}
