import { requestJson } from './request.ts';

/** Where in schema.yaml something is written. */
export interface Position {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

export interface Rule {
  readonly text: string;
  readonly at: Position;
}

export const BUCKET_OPERATIONS = ['create', 'read', 'update', 'download', 'delete'] as const;
export const COLLECTION_OPERATIONS = ['create', 'read', 'update', 'delete'] as const;
export type Operation = (typeof BUCKET_OPERATIONS)[number];
export type Rules = Readonly<Partial<Record<Operation, Rule>>>;

export interface Bucket {
  readonly name: string;
  readonly backend: string;
  readonly max_file_size: number;
  readonly max_total_size: number | null;
  readonly allowed_types: readonly string[] | null;
  readonly compression: string;
  readonly file_security: boolean;
  readonly cache_control: string;
  readonly rules: Rules;
  readonly at: Position;
}

export interface Reference {
  readonly collection: string;
  readonly field: string;
  readonly on_delete: string;
}

export interface FileLimits {
  readonly bucket: string;
  readonly max_size: number | null;
  readonly allowed_types: readonly string[] | null;
  readonly max_files: number | null;
  readonly on_delete: string;
}

export interface SchemaField {
  readonly name: string;
  readonly type: string;
  readonly primary: boolean;
  readonly unique: boolean;
  readonly index: boolean;
  readonly nullable: boolean;
  readonly default:
    { readonly kind: 'auto' | 'now' } | { readonly kind: 'value'; readonly value: unknown } | null;
  readonly on_update: string | null;
  readonly references: Reference | null;
  readonly internal: boolean;
  readonly validate: {
    readonly min?: number;
    readonly max?: number;
    readonly min_length?: number;
    readonly max_length?: number;
    readonly pattern?: string;
    readonly format?: string;
    readonly enum?: readonly unknown[];
  };
  readonly select: { readonly values: readonly string[]; readonly max_select: number } | null;
  readonly relation: Reference | null;
  readonly file: FileLimits | null;
  readonly at: Position;
}

export interface Collection {
  readonly name: string;
  readonly primary_key: string;
  readonly fields: readonly SchemaField[];
  readonly indexes: readonly {
    readonly name: string;
    readonly fields: readonly string[];
    readonly unique: boolean;
  }[];
  readonly rules: Rules;
  readonly at: Position;
}

export interface Schema {
  readonly buckets: readonly Bucket[];
  readonly collections: readonly Collection[];
}

export function fetchSchema(signal: AbortSignal): Promise<Schema> {
  return requestJson('/api/admin/schema', { signal });
}
