import { ApiError } from '../api/api-error.ts';
import type { Bucket } from '../api/schema.ts';
import { Store } from '../parts/store.ts';
import { limitProblem, type Limits } from './limits.ts';
import { freePath } from './free-path.ts';
import { Transfer } from './tus-transfer.ts';
import { isUnfinished, type UploadItem } from './upload-item.ts';

/** A file to send, and where its bucket shows it. */
export interface Chosen {
  readonly file: File;
  readonly path: string;
}

export const uploads = new Store<readonly UploadItem[]>([]);

/** The upload that was finished last. */
export const uploadsDone = new Store<{ readonly bucket: string; readonly fileId: string } | null>(null);

/** So many go at the same time. */
const AT_ONCE = 3;

const transfers = new Map<number, Transfer>();
let lastKey = 0;

/** Queues files; what breaks a limit is refused here and now. Resolves to the keys of the items, in order. */
export function addUploads(bucket: Bucket, limits: Limits, chosen: readonly Chosen[]): number[] {
  let { room } = limits;
  const items = chosen.map(({ file, path }): UploadItem => {
    lastKey += 1;
    const problem = limitProblem(file, { ...limits, room });
    if (problem === null && room !== null) room -= file.size;
    const state = problem === null ? 'waiting' : 'refused';
    const progress = { state, sent: 0, resumedAt: null, problem, code: null, fileId: null } as const;
    return { key: lastKey, bucket, file, path, ...progress };
  });
  uploads.update((known) => [...known, ...items]);
  startNext();
  return items.map(({ key }) => key);
}

export function pauseUpload(key: number): void {
  transfers.get(key)?.pause();
  change(key, { state: 'paused', problem: null });
  startNext();
}

/** Goes on where it stopped: a paused one, one that failed, or one that the limits speak against. */
export function resumeUpload(key: number): void {
  change(key, { state: 'waiting', problem: null, code: null });
  startNext();
}

/** Under another path, next to the file that has this one. */
export function keepBoth(key: number): void {
  transfers.get(key)?.discard();
  transfers.delete(key);
  uploads.update((items) =>
    items.map((item) => (item.key === key ? { ...item, path: freePath(item.path), sent: 0 } : item)),
  );
  resumeUpload(key);
}

/** Takes it off the list; what the server has of it goes too. */
export function cancelUpload(key: number): void {
  transfers.get(key)?.discard();
  transfers.delete(key);
  uploads.update((items) => items.filter((other) => other.key !== key));
  startNext();
}

export function clearFinished(): void {
  for (const { key } of uploads.value.filter((item) => !isUnfinished(item))) {
    transfers.get(key)?.discard();
    transfers.delete(key);
  }
  uploads.update((items) => items.filter(isUnfinished));
}

function startNext(): void {
  const active = uploads.value.filter(({ state }) => state === 'sending' || state === 'stalled').length;
  const next = uploads.value
    .filter(({ state }) => state === 'waiting')
    .slice(0, Math.max(0, AT_ONCE - active));
  for (const item of next) start(item);
}

function start(item: UploadItem): void {
  const { key } = item;
  const transfer =
    transfers.get(key) ??
    new Transfer(item, {
      onProgress: (sent) => {
        const state = find(key)?.state;
        if (state === 'sending' || state === 'stalled')
          change(key, { sent, state: 'sending', problem: null });
      },
      onStall: () => change(key, { state: 'stalled', problem: 'Connection lost; trying again…' }),
      onResume: (resumedAt) => change(key, { resumedAt }),
      onDone: (fileId) => {
        transfers.delete(key);
        change(key, { state: 'done', sent: item.file.size, fileId, problem: null });
        uploadsDone.set({ bucket: item.bucket.name, fileId });
        startNext();
      },
      onFailure: (error) => {
        const code = error instanceof ApiError ? error.code : null;
        change(key, { state: 'failed', problem: error.message, code });
        startNext();
      },
    });
  transfers.set(key, transfer);
  change(key, { state: 'sending' });
  transfer.start();
}

function find(key: number): UploadItem | undefined {
  return uploads.value.find((item) => item.key === key);
}

function change(key: number, changes: Partial<UploadItem>): void {
  uploads.update((items) => items.map((item) => (item.key === key ? { ...item, ...changes } : item)));
}

/** Closing the page would end what is on its way. */
window.addEventListener('beforeunload', (event) => {
  if (uploads.value.some(({ state }) => state === 'sending' || state === 'stalled')) event.preventDefault();
});

/** No need to wait for the next try when the network is back. */
window.addEventListener('online', () => {
  for (const { key, state, code } of uploads.value) {
    if (state === 'failed' && code === null) resumeUpload(key);
  }
});
