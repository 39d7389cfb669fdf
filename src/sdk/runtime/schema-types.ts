/** What the generated types say of one collection. */
export interface CollectionTypes {
  readonly key: string | number;
  readonly record: object;
  readonly create: object;
  readonly update: object;
  readonly replace: object;
  /** What `expand` puts in place of the ids, by field. */
  readonly expand: object;
  readonly filter: object;
  /** The fields that have an order. */
  readonly sort: string;
}

/** What of a bucket is checked before anything is sent. */
export interface BucketLimits {
  /** In bytes. */
  readonly maxFileSize: number;
  /** Media types and `type/*` ranges; null = every type. */
  readonly allowedTypes: readonly string[] | null;
}

/** The schema at run time. */
export interface SchemaData {
  readonly buckets: Readonly<Record<string, BucketLimits>>;
  readonly collections: readonly string[];
}
