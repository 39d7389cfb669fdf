import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { OPEN_RULES } from '../support/files-api.ts';
import { OpenApiFuzzer } from '../support/fuzzer/openapi-fuzzer.ts';
import { OPEN } from '../support/records-api.ts';
import { testSeed } from '../support/seeded-random.ts';
import { startApp, type TestApp } from '../support/test-app.ts';
import { FUZZ_REQUESTS, LONG_TIMEOUT, report } from '../support/torture.ts';

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
/** Attempts to log in are limited elsewhere; here they would be all that is left. */
const UNLIMITED = { ALYX_AUTH_RATE_LIMIT_LOGIN_MAX: '1000000', ALYX_AUTH_RATE_LIMIT_REGISTER_MAX: '1000000' };

beforeEach(async () => (app = await startApp({ schema: SCHEMA, env: UNLIMITED })));
afterEach(() => app.dispose());

function classes(statuses: ReadonlyMap<number, number>): string {
  const counts = new Map<string, number>();
  for (const [status, count] of statuses) {
    const name = `${Math.floor(status / 100)}xx`;
    counts.set(name, (counts.get(name) ?? 0) + count);
  }
  const sorted = [...counts].sort(([a], [b]) => a.localeCompare(b));
  return sorted.map(([name, count]) => `${count} × ${name}`).join(', ');
}

function leastOf(granted: ReadonlyMap<string, number>): string {
  const [name, count] = [...granted].sort(([, a], [, b]) => a - b)[0] ?? [];
  return `${name ?? ''}, ${count ?? 0} times`;
}

describe('whatever is sent to a documented address', () => {
  it(
    'is answered as documented: never a 5xx, never a silence, always the envelope',
    { timeout: LONG_TIMEOUT },
    async () => {
      const seed = testSeed();
      const { granted, statuses, findings } = await new OpenApiFuzzer(app, seed).run(FUZZ_REQUESTS);
      report(`${FUZZ_REQUESTS} requests (ALYX_TEST_SEED=${seed}): ${classes(statuses)}`);
      report(`the operation granted least often: ${leastOf(granted)}`);
      expect(findings.join('\n\n')).toBe('');
      expect([...granted].filter(([, count]) => count === 0)).toEqual([]);
      expect((await app.request('/health/ready')).status).toBe(200);
    },
  );
});
