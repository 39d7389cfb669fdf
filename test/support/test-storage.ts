import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { loadConfig } from '../../src/config/load-config.ts';
import type { StoredFile } from '../../src/files/stored-file.ts';
import { newUuid } from '../../src/lib/ids.ts';
import { openStorage, type StorageAccess } from '../../src/operations/storage-access.ts';
import { objectKey } from '../../src/storage/object-key.ts';
import { inChunks } from './bodies.ts';
import { makeTempFolder } from './temp-folder.ts';

export interface TestStorage extends StorageAccess {
  readonly folder: string;
  /** Where the filesystem backend `name` keeps the file's bytes. */
  pathOf(file: StoredFile): string;
  add(file: NewTestFile): Promise<StoredFile>;
  /** What a download of the file would yield now. */
  content(file: StoredFile): Promise<Buffer>;
  dispose(): Promise<void>;
}

export interface NewTestFile {
  readonly bytes: Buffer;
  readonly bucket?: string;
  readonly path?: string;
  readonly backend?: string;
  readonly codec?: StoredFile['codec'];
  readonly createdAt?: number;
}

/** Database and backends of a project in a temporary folder; `backends` as alyx.yml has them. */
export async function openTestStorage(
  backends: string,
  clock: () => number = Date.now,
): Promise<TestStorage> {
  const temp = makeTempFolder();
  const text = `storage: { durable: false, backends: ${backends} }\n`;
  const { config } = loadConfig({ text, file: join(temp.path, 'alyx.yml'), env: {} });
  const storage = await openStorage(config, clock);
  return {
    ...storage,
    folder: temp.path,
    pathOf: ({ backend, bucket, objectKey: key }) => {
      const backendConfig = config.storage.backends[backend];
      if (backendConfig?.type !== 'filesystem') throw new Error(`${backend} has no folder`);
      return join(backendConfig.path, bucket, key);
    },
    async add({ bytes, bucket = 'photos', path = newUuid(), backend = 'local', codec = null, ...times }) {
      const createdAt = times.createdAt ?? clock();
      const place = { backend, bucket, objectKey: objectKey(newUuid()) };
      await storage.pending.note([place], 'server', clock());
      const { size } = await storage.backends
        .get(backend, codec)
        .put(bucket, place.objectKey, inChunks(bytes));
      const file: StoredFile = {
        ...place,
        id: newUuid(),
        name: path,
        path,
        mimeType: 'application/octet-stream',
        size: bytes.length,
        checksum: createHash('sha256').update(bytes).digest('hex'),
        codec,
        storedSize: size,
        metadata: {},
        ownerId: null,
        version: 1,
        bytesMissing: false,
        createdAt,
        updatedAt: createdAt,
      };
      await storage.files.create({ file, quota: null, uploadId: null });
      return file;
    },
    async content({ id }) {
      const file = await storage.files.find(id);
      if (file === null) throw new Error(`no file ${id}`);
      return buffer(await storage.backends.get(file.backend, file.codec).get(file.bucket, file.objectKey));
    },
    async dispose() {
      await storage.close();
      temp.remove();
    },
  };
}
