import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Database } from '../../src/db/database.ts';
import { fileToJson } from '../../src/files/file-json.ts';
import { FileListRepository } from '../../src/files/file-list-repository.ts';
import { insertFileRows, type FileRowSample } from '../support/file-rows.ts';

/** Far more than names may hold: whatever SQLite spelled in another way than JSON.stringify would show. */
const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.constantFrom('"\\/\b\f\n\r\t\u0001\u001f\u007f', 'a\0b', '\u2028\u2029', '😀 é', '%s %d %%', ''),
);
const size = fc.oneof(fc.constantFrom(0, 2 ** 31, 2 ** 32 + 1, Number.MAX_SAFE_INTEGER), fc.maxSafeNat());
const END_OF_9999 = 253_402_300_799_999;
const time = fc.oneof(
  fc.integer({ min: 0, max: END_OF_9999 }),
  fc.integer({ min: Date.UTC(2020), max: Date.UTC(2040) }),
  fc.constantFrom(0, 999, 59_999, 86_399_999, Date.UTC(2000, 1, 29), END_OF_9999),
);
const row: fc.Arbitrary<FileRowSample> = fc.record({
  bucket: fc.constant('docs'),
  name: text,
  ownerId: fc.option(text),
  mimeType: text,
  size,
  codec: fc.constantFrom(null, 'gzip', 'zstd'),
  storedSize: size,
  metadata: fc.dictionary(text, fc.jsonValue({ maxDepth: 2 })),
  version: fc.integer({ min: 1 }),
  createdAt: time,
  updatedAt: time,
});

describe('the JSON of a file in a list', () => {
  it('is byte for byte that of the file by itself', async () => {
    const db = new Database({ path: ':memory:', durable: false });
    insertFileRows(db, fc.sample(row, { numRuns: 300, seed: 9 }));
    const list = new FileListRepository(db);
    const page = {
      filter: { bucket: 'docs', search: null, mimeType: null, alternatives: null },
      order: { by: 'created_at', descending: true },
      limit: 300,
      after: null,
      offset: 0,
    } as const;
    const files = await list.page(page);
    expect(files).toHaveLength(300);
    expect(await list.texts(page)).toEqual(files.map((file) => JSON.stringify(fileToJson(file))));
    db.close();
  });
});
