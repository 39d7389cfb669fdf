import type { StoredFile } from '../files/stored-file.ts';
import type { StoredObject } from '../storage/backend.ts';
import type { CheckContext } from './check-storage.ts';
import { contentFault } from './content-fault.ts';
import { fileProblem, type StorageProblem } from './storage-problem.ts';

const BATCH = 500;

/** Holds one bucket of one backend against the rows, both ways. */
export async function* checkBucket(
  context: CheckContext,
  backend: string,
  bucket: string,
): AsyncGenerator<StorageProblem> {
  const { listed } = context;
  listed.clear();
  await list(context, backend, bucket);
  listed.markKnown(bucket, context.deadWriters);
  yield* checkFiles(context, backend, bucket);
  yield* checkObjects(context, backend, bucket);
}

async function list(context: CheckContext, backend: string, bucket: string): Promise<void> {
  let batch: StoredObject[] = [];
  for await (const object of context.backends.get(backend).list(bucket)) {
    batch.push(object);
    if (batch.length < BATCH) continue;
    context.listed.add(batch);
    context.onObjects?.(batch.length);
    batch = [];
  }
  context.listed.add(batch);
  context.onObjects?.(batch.length);
}

async function* checkFiles(
  context: CheckContext,
  backend: string,
  bucket: string,
): AsyncGenerator<StorageProblem> {
  const { listed, places, deep } = context;
  const next = async (after: string) =>
    deep
      ? places.page({ in: backend, bucket }, after, BATCH)
      : listed.suspicious(backend, bucket, after, BATCH);
  for (let page = await next(''); page.length > 0; page = await next(page.at(-1)?.id ?? '')) {
    for (const { id } of page) {
      const problem = await checkFile(context, id);
      if (problem !== null) yield problem;
    }
  }
}

/** Looks at the file as it is now: since the listing it may have come, gone or been moved. */
async function checkFile(context: CheckContext, id: string): Promise<StorageProblem | null> {
  const { files, backends, places, deep, repair } = context;
  for (;;) {
    const file = await files.find(id);
    if (file === null || !backends.has(file.backend)) return null;
    const object = await backends.get(file.backend).stat(file.bucket, file.objectKey);
    if (object !== null) return judge(context, file, object, deep || file.bytesMissing);
    if ((await files.find(id))?.objectKey !== file.objectKey) continue;
    if (repair) await places.markMissing(file, true);
    return fileProblem('bytes_missing', file, missingMessage(file, repair));
  }
}

async function judge(
  context: CheckContext,
  file: StoredFile,
  object: StoredObject,
  readIt: boolean,
): Promise<StorageProblem | null> {
  if (object.size !== file.storedSize) {
    const message = `${object.size} bytes are stored instead of ${file.storedSize}; ${restore(file)}`;
    return damage(context, fileProblem('wrong_size', file, message), file);
  }
  if (!readIt) return null;
  const fault = await contentFault(context.backends, file, file);
  context.onContent?.(file.storedSize);
  if (fault === null) return acquit(context, file);
  return damage(context, fileProblem('wrong_content', file, `${fault}; ${restore(file)}`), file);
}

async function damage(
  { damaged, repair, clock }: CheckContext,
  problem: StorageProblem,
  { id }: StoredFile,
): Promise<StorageProblem> {
  if (repair) await damaged.note(id, clock());
  return problem;
}

/** What is said of a file whose bytes are right: nothing, unless it is known as one whose bytes are not. */
async function acquit(
  { damaged, places, repair }: CheckContext,
  file: StoredFile,
): Promise<StorageProblem | null> {
  const wasDamaged = await damaged.has(file.id);
  if (!file.bytesMissing && !wasDamaged) return null;
  if (repair && wasDamaged) await damaged.forget(file.id);
  const repaired = repair && (!file.bytesMissing || (await places.markMissing(file, false)));
  const mark = file.bytesMissing ? 'missing them' : 'having damaged ones';
  const message = `its bytes are back, but it is still marked as ${mark}`;
  return fileProblem(
    'bytes_back',
    file,
    repaired ? `${message}: unmarked` : `${message}; --repair unmarks it`,
    repaired,
  );
}

function missingMessage(file: StoredFile, repair: boolean): string {
  const marked = repair || file.bytesMissing;
  return `its bytes are gone${marked ? ' (marked: downloads say so)' : ''}; ${restore(file)}`;
}

function restore({ backend, bucket, objectKey }: StoredFile): string {
  return `restore ${bucket}/${objectKey} of backend ${backend} from a backup, or delete the file`;
}

async function* checkObjects(
  { listed, backends, pending, reaper, clock, repair }: CheckContext,
  backend: string,
  bucket: string,
): AsyncGenerator<StorageProblem> {
  for (
    let keys = listed.unknown('', BATCH);
    keys.length > 0;
    keys = listed.unknown(keys.at(-1) ?? '', BATCH)
  ) {
    for (const objectKey of keys) {
      if (!(await backends.get(backend).exists(bucket, objectKey))) continue;
      const place = { backend, bucket, objectKey };
      if (repair) {
        await pending.order([place], 'server', clock());
        await reaper.reap(place);
      }
      const repaired = repair && !(await backends.get(backend).exists(bucket, objectKey));
      const message = repaired
        ? 'bytes without a row: deleted'
        : 'bytes without a row; --repair deletes them';
      yield { kind: 'bytes_without_row', message, repaired, ...place };
    }
  }
}
