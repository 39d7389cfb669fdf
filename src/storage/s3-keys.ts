import { assertSafeKey, UnsafeKeyError } from './object-key.ts';

export interface Place {
  readonly bucket: string;
  readonly key: string;
}

/** How Alyx's objects are named inside the S3 bucket: `{bucket_prefix}/{bucket}/{key}`. */
export class S3Keys {
  /** What all of Alyx's keys in the S3 bucket begin with; empty without a `bucket_prefix`. */
  readonly root: string;

  constructor(bucketPrefix: string | null) {
    this.root = bucketPrefix === null ? '' : `${bucketPrefix}/`;
  }

  of(bucket: string, key: string): string {
    assertSafeKey(bucket, key);
    return `${this.root}${bucket}/${key}`;
  }

  /** What the keys of one Alyx bucket begin with. */
  under(bucket: string): string {
    assertSafeKey(bucket, 'any');
    return `${this.root}${bucket}/`;
  }

  /** Null for what Alyx did not write: others may keep their objects in the same S3 bucket. */
  parse(s3Key: string): Place | null {
    if (!s3Key.startsWith(this.root)) return null;
    const path = s3Key.slice(this.root.length);
    const slash = path.indexOf('/');
    const place = { bucket: path.slice(0, slash), key: path.slice(slash + 1) };
    return slash > 0 && isSafe(place) ? place : null;
  }
}

function isSafe({ bucket, key }: Place): boolean {
  try {
    assertSafeKey(bucket, key);
    return true;
  } catch (error) {
    if (error instanceof UnsafeKeyError) return false;
    throw error;
  }
}
