import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { OPEN_RULES, store } from '../support/files-api.ts';
import { OpenApiFuzzer } from '../support/openapi-fuzzer.ts';
import { make, OPEN } from '../support/records-api.ts';
import { testSeed } from '../support/seeded-random.ts';
import { startApp, type TestApp } from '../support/test-app.ts';
import { FUZZ_REQUESTS, LONG_TIMEOUT, report } from '../support/torture.ts';
import { begin, idOf } from '../support/tus.ts';

const SCHEMA = `
buckets:
  docs: { backend: local, rules: ${OPEN_RULES} }
  packed: { backend: local, compression: zstd, max_total_size: 1MiB, allowed_types: [text/*], rules: ${OPEN_RULES} }
  own: { backend: local, file_security: true, rules: { create: "auth.id != null", read: "auth.id == file.owner_id" } }
collections:
  posts:
    fields:
      id: { type: uuid, primary: true, default: auto }
      title: { type: string, maxLength: 200, nullable: true }
      stars: { type: int, default: 0, validate: { min: 0, max: 5 } }
      made: { type: timestamp, nullable: true }
      cover: { type: file, nullable: true, file: { bucket: docs, onDelete: cascade } }
      gallery: { type: "file[]", nullable: true, file: { bucket: docs, max_files: 3 } }
    rules: ${OPEN}
`;

let app: TestApp;
beforeEach(async () => (app = await startApp({ schema: SCHEMA })));
afterEach(() => app.dispose());

describe('whatever is sent to a documented address', () => {
  it(
    'is answered as documented: never a 5xx, never a silence, always the envelope',
    { timeout: LONG_TIMEOUT },
    async () => {
      const seed = testSeed();
      const file = await store(app, 'docs', 'a.txt', 'some text');
      const packed = await store(app, 'packed', 'b.txt', 'some text '.repeat(1000));
      const post = await make(app, 'posts', { title: 'one', cover: file.id });
      const ids = [file.id, packed.id, String(post['id']), idOf(await begin(app, 10))];
      const { statuses, findings } = await new OpenApiFuzzer(app, seed, ids).run(FUZZ_REQUESTS);
      const answers = [...statuses]
        .sort(([a], [b]) => a - b)
        .map(([status, count]) => `${count} × ${status}`);
      report(`${FUZZ_REQUESTS} random requests (ALYX_TEST_SEED=${seed}): ${answers.join(', ')}`);
      expect(findings.join('\n\n')).toBe('');
      expect((await app.request('/health/ready')).status).toBe(200);
    },
  );
});
