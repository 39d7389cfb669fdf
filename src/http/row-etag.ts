import type { StoredFile } from '../files/stored-file.ts';

/** The entity tag of a file's metadata, for `If-Match` on PATCH and DELETE; another one than that of its bytes. */
export function rowEtag(file: StoredFile): string {
  return `"${file.id}.${file.version}"`;
}
