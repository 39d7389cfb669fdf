import type { FilesContext } from '../files/files-context.ts';
import type { HashStates } from './hash-states.ts';
import type { StagingFolder } from './staging-folder.ts';
import type { UploadLocks } from './upload-locks.ts';
import type { UploadsRepository } from './uploads-repository.ts';

/** What the upload use cases work with; built once by app.ts. */
export interface UploadsContext {
  readonly files: FilesContext;
  readonly uploads: UploadsRepository;
  readonly staging: StagingFolder;
  readonly locks: UploadLocks;
  readonly hashes: HashStates;
}
