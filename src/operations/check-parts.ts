import { stat } from 'node:fs/promises';
import { ABANDONED_AFTER_MS } from '../files/remove-abandoned-parts.ts';
import { StagingFolder } from '../uploads/staging-folder.ts';
import { UploadsRepository } from '../uploads/uploads-repository.ts';
import type { CheckContext } from './check-storage.ts';
import type { StorageProblem } from './storage-problem.ts';

/** What puts that died halfway left in a backend: temporary files, parts of unfinished S3 uploads. */
export async function* checkParts(context: CheckContext, name: string): AsyncGenerator<StorageProblem> {
  const backend = context.backends.get(name);
  const before = context.clock() - ABANDONED_AFTER_MS;
  const count = await backend.countAbandoned(before);
  if (count === 0) return;
  const removed = context.repair ? await backend.removeAbandoned(before) : 0;
  const parts = `${count} unfinished ${count === 1 ? 'write' : 'writes'}, untouched for a day`;
  yield {
    kind: 'stale_parts',
    message: removed > 0 ? `${parts}: removed` : `${parts}; --repair removes what they left`,
    repaired: removed > 0,
    backend: name,
  };
}

/** A finishing upload has no row any more for a moment before its bytes go. */
const STRAY_AFTER_MS = 60 * 60 * 1000;

/** Bytes of resumable uploads that no row knows. */
export async function* checkStaging(context: CheckContext): AsyncGenerator<StorageProblem> {
  const { storage } = context.config;
  const staging = await StagingFolder.open(storage.tus.path, storage.durable);
  const uploads = new UploadsRepository(context.database);
  const before = context.clock() - STRAY_AFTER_MS;
  for await (const id of staging.ids()) {
    const stats = await stat(staging.pathOf(id)).catch(() => null);
    if (stats === null || stats.mtimeMs >= before || (await uploads.find(id)) !== null) continue;
    if (context.repair) await staging.remove(id);
    const bytes = `${stats.size} bytes of the resumable upload ${id}, which is over`;
    yield {
      kind: 'stale_upload',
      message: context.repair ? `${bytes}: removed` : `${bytes}; --repair removes them`,
      repaired: context.repair,
    };
  }
}
