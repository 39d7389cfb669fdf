import { fetchUnfinishedUploads, type UnfinishedUpload } from '../api/admin.ts';
import { session } from '../api/session.ts';
import { useStore } from '../parts/store.ts';
import { useLoad } from '../parts/use-load.ts';
import { knownUploads, TAB, usedUploads, type KnownUpload } from './known-uploads.ts';

/** An upload that stopped where an earlier visit to this page did, and what the server has of it. */
export interface InterruptedUpload {
  readonly known: KnownUpload;
  readonly upload: UnfinishedUpload;
}

/** As many as the server tells at once. */
const LOOKED_AT = 1000;

/** What this browser began, the server still has part of, and nobody is sending. */
export function useInterrupted(): readonly InterruptedUpload[] {
  const used = useStore(usedUploads);
  const state = useStore(session);
  const user = state.status === 'signed-in' ? state.user.id : '';
  const left = useStore(knownUploads).filter(
    ({ url, fingerprint }) => !used.has(url) && fingerprint.startsWith(`${user} `),
  );
  const { data } = useLoad(left.map(({ url }) => url).join(' '), async (signal) =>
    left.length === 0 ? null : fetchUnfinishedUploads(LOOKED_AT, signal),
  );
  return (data?.uploads ?? []).flatMap((upload) => {
    const known = left.find(({ url }) => url.endsWith(`/${upload.id}`));
    // Another tab may be sending what it began, until the server has not heard of it for a while.
    const isAlone = known?.tab === TAB || upload.state === 'stalled';
    return known !== undefined && isAlone ? [{ known, upload }] : [];
  });
}
