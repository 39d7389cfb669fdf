import type { SignedTokens } from '../auth/signed-tokens.ts';
import type { Config } from '../config/config.ts';
import type { Clock } from '../lib/clock.ts';
import type { NewId } from '../lib/ids.ts';
import type { RuleBook } from '../rules/rule-book.ts';
import type { Bucket, Schema } from '../schema/schema.ts';
import type { Backends } from '../storage/backends.ts';
import type { FileListRepository } from './file-list-repository.ts';
import type { FilesRepository } from './files-repository.ts';
import type { ObjectKeys } from './object-keys.ts';
import type { ObjectReaper } from './object-reaper.ts';
import { bucketNotFound } from './refusals.ts';
import type { StoredFile } from './stored-file.ts';

/** What the file use cases work with; built once by app.ts. */
export interface FilesContext {
  readonly storage: Config['storage'];
  readonly schema: Schema;
  readonly rules: RuleBook;
  readonly backends: Backends;
  readonly files: FilesRepository;
  readonly fileList: FileListRepository;
  readonly objectKeys: ObjectKeys;
  readonly reaper: ObjectReaper;
  /** Told of a file whose stored bytes turned out not to be what was uploaded. */
  readonly onDamage: (file: StoredFile) => void;
  readonly signedTokens: SignedTokens;
  readonly clock: Clock;
  readonly newId: NewId;
}

/** The bucket of that name; throws BUCKET_NOT_FOUND. */
export function requireBucket(context: FilesContext, name: string): Bucket {
  const bucket = context.schema.buckets.get(name);
  if (bucket === undefined) throw bucketNotFound(name);
  return bucket;
}
