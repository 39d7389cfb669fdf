import { useEffect, useRef } from 'preact/hooks';
import { deleteFiles, deleteFilesOnLeaving } from '../api/files.ts';
import type { Bucket } from '../api/schema.ts';
import { useStore } from '../parts/store.ts';
import type { Limits } from '../uploads/limits.ts';
import { isUnfinished, type UploadItem } from '../uploads/upload-item.ts';
import { addUploads, cancelUpload, uploads, type Chosen } from '../uploads/upload-queue.ts';

type Done = (field: string, fileId: string) => void;

/**
 * The uploads of a record's form: what is on its way to which field, and which files are there because of the form and
 * in no saved record yet. Of these it deletes what it lets go of; the server keeps those that a record has.
 */
export class RecordUploads {
  readonly #fields = new Map<number, string>();
  readonly #files = new Map<string, { readonly bucket: string; wasInForm: boolean }>();

  /** What is on its way to a field, or has failed to get there. */
  of(field: string): readonly UploadItem[] {
    return uploads.value.filter(({ key }) => this.#fields.get(key) === field);
  }

  get unfinished(): number {
    return uploads.value.filter((item) => this.#fields.has(item.key) && isUnfinished(item)).length;
  }

  send(field: string, bucket: Bucket, limits: Limits, chosen: readonly Chosen[]): void {
    for (const key of addUploads(bucket, limits, chosen)) this.#fields.set(key, field);
  }

  cancel(field: string): void {
    for (const { key } of this.of(field)) cancelUpload(key);
  }

  /** Hears one by one what is done: a rendering may see several at once, or one in the place of another. */
  watch(onDone: Done): () => void {
    return uploads.subscribe(() => {
      for (const { key, bucket, fileId } of uploads.value) {
        const field = this.#fields.get(key);
        if (fileId === null || field === undefined) continue;
        this.#fields.delete(key);
        this.#files.set(fileId, { bucket: bucket.name, wasInForm: false });
        onDone(field, fileId);
      }
    });
  }

  /** Says which files are in the form now: those that were, and are no longer, go. */
  keep(ids: ReadonlySet<string>): void {
    const gone = [...this.#files].filter(([id, file]) => {
      const isLeft = file.wasInForm && !ids.has(id);
      file.wasInForm = ids.has(id);
      return isLeft;
    });
    this.#delete(
      gone.map(([id]) => id),
      deleteFiles,
    );
  }

  /** The record has these now. */
  saved(ids: ReadonlySet<string>): void {
    for (const id of ids) this.#files.delete(id);
  }

  /** The form is given up. */
  discard(): void {
    for (const key of [...this.#fields.keys()]) cancelUpload(key);
    this.#delete([...this.#files.keys()], deleteFiles);
  }

  /** The same for a page that is closed: as good as it can be done then. */
  leave(): void {
    this.#delete([...this.#files.keys()], deleteFilesOnLeaving);
  }

  /** What cannot be deleted now can be seen in its bucket, and deleted there. */
  #delete(
    ids: readonly string[],
    remove: (bucket: string, ids: readonly string[]) => Promise<unknown>,
  ): void {
    const buckets = new Map<string, string[]>();
    for (const id of ids) {
      const bucket = this.#files.get(id)?.bucket ?? '';
      buckets.set(bucket, [...(buckets.get(bucket) ?? []), id]);
      this.#files.delete(id);
    }
    for (const [bucket, inBucket] of buckets) void remove(bucket, inBucket).catch(() => undefined);
  }
}

/** The uploads of the form that is open, for as long as it is. */
export function useRecordUploads(onDone: Done): RecordUploads {
  const own = useRef<RecordUploads | null>(null);
  own.current ??= new RecordUploads();
  const latest = useRef(onDone);
  latest.current = onDone;
  useStore(uploads);
  useEffect(() => {
    const stop = own.current?.watch((field, fileId) => latest.current(field, fileId));
    const leave = ({ persisted }: PageTransitionEvent) => {
      // A page that is kept for coming back needs them then.
      if (!persisted) own.current?.leave();
    };
    window.addEventListener('pagehide', leave);
    return () => {
      window.removeEventListener('pagehide', leave);
      stop?.();
      own.current?.discard();
    };
  }, []);
  return own.current;
}
