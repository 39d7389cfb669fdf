import type { UrlStorage } from 'tus-js-client';
import { Store } from '../parts/store.ts';

/**
 * An upload that this browser began and that is no file yet, so that it goes on when the same file is chosen again.
 * Its address may lie in the storage: it is no secret, as it obeys only its creator and admins.
 */
export interface KnownUpload {
  readonly fingerprint: string;
  /** On this origin; ends in the upload's id. */
  readonly url: string;
  /** Where it was begun. */
  readonly tab: string;
  readonly at: number;
}

const KEY = 'alyx-uploads';
/** Longer than a server keeps an unfinished upload, most likely. */
const KEPT_MS = 7 * 86_400_000;

export const knownUploads = new Store<readonly KnownUpload[]>(read());
/** The addresses of those that this page has in its queue. */
export const usedUploads = new Store<ReadonlySet<string>>(new Set());

/** Survives a reload, and tells this tab from others. */
export const TAB = sessionStorage.getItem(KEY) ?? String(Math.random());
sessionStorage.setItem(KEY, TAB);

export function forgetUpload(url: string): void {
  write(read().filter((known) => known.url !== url));
}

/** For tus-js-client, which says when an upload has got an address and when there is no more to it. */
export const urlStorage: UrlStorage = {
  addUpload: async (fingerprint, { uploadUrl }) => {
    const url = uploadUrl ?? '';
    markUsed(url, true);
    write([...read().filter((known) => known.url !== url), { fingerprint, url, tab: TAB, at: Date.now() }]);
    return url;
  },
  removeUpload: async (url) => {
    markUsed(url, false);
    forgetUpload(url);
  },
  findUploadsByFingerprint: async (fingerprint) => {
    const free = read().filter(({ url }) => !usedUploads.value.has(url));
    return free.filter((known) => known.fingerprint === fingerprint).map(toPrevious);
  },
  findAllUploads: async () => read().map(toPrevious),
};

/** What tus-js-client goes on from. */
function toPrevious({ url, at }: KnownUpload) {
  return {
    size: null,
    metadata: {},
    creationTime: new Date(at).toISOString(),
    urlStorageKey: url,
    uploadUrl: url,
    parallelUploadUrls: null,
  };
}

export function markUsed(url: string, isUsed: boolean): void {
  usedUploads.update((old) => {
    const next = new Set(old);
    if (isUsed) next.add(url);
    else next.delete(url);
    return next;
  });
}

function read(): readonly KnownUpload[] {
  try {
    const list = JSON.parse(localStorage.getItem(KEY) ?? '[]') as readonly KnownUpload[];
    return list.filter(({ at }) => at > Date.now() - KEPT_MS);
  } catch {
    return [];
  }
}

/** A storage that is full costs an upload no more than being found again. */
function write(list: readonly KnownUpload[]): void {
  try {
    localStorage.setItem(KEY, JSON.stringify(list));
  } catch {
    // as said above
  }
  knownUploads.set(list);
}

window.addEventListener('storage', ({ key }) => {
  if (key === KEY) knownUploads.set(read());
});
