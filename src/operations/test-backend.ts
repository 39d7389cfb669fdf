import { randomBytes } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { AppError } from '../lib/errors.ts';
import { newUuid } from '../lib/ids.ts';
import type { Backend } from '../storage/backend.ts';
import { objectKey } from '../storage/object-key.ts';

export interface TestStep {
  readonly name: 'reach' | 'put' | 'get' | 'range' | 'list' | 'delete';
  readonly ms: number;
  /** What went wrong, in words that say what to do; null = nothing. */
  readonly error: string | null;
}

/** In place of a bucket of schema.yaml. */
export const TEST_BUCKET = 'alyx-storage-test';
/** More than one part of an S3 upload. */
const SIZE = 9 * 2 ** 20;

/** Does with an object of its own what the server does with files; stops at the first failure, but always cleans up. */
export async function* testBackend(backend: Backend): AsyncGenerator<TestStep> {
  const bytes = randomBytes(SIZE);
  const key = objectKey(newUuid());
  const left = new Set<string>();
  const steps: readonly (readonly [TestStep['name'], () => Promise<void>])[] = [
    ['reach', () => backend.ping()],
    [
      'put',
      async () => {
        await backend.put(TEST_BUCKET, key, inPieces(bytes), { size: SIZE });
        left.add(key);
      },
    ],
    ['get', async () => requireSame(await buffer(await backend.get(TEST_BUCKET, key)), bytes)],
    [
      'range',
      async () => {
        const range = { start: SIZE - 1000, end: SIZE - 11 };
        requireSame(
          await buffer(await backend.get(TEST_BUCKET, key, range)),
          bytes.subarray(range.start, range.end + 1),
        );
      },
    ],
    ['list', () => requireListed(backend, key)],
    [
      'delete',
      async () => {
        left.delete(key);
        await backend.delete(TEST_BUCKET, key);
        if (await backend.exists(TEST_BUCKET, key))
          throw new Mismatch('it is still there after it was deleted');
      },
    ],
  ];
  try {
    for (const [name, work] of steps) {
      const step = await time(name, work);
      yield step;
      if (step.error !== null) return;
    }
  } finally {
    for (const name of left) await backend.delete(TEST_BUCKET, name).catch(() => undefined);
  }
}

/** A backend that answers, but not with what it was given. */
class Mismatch extends Error {
  override readonly name = 'Mismatch';
}

async function time(name: TestStep['name'], work: () => Promise<void>): Promise<TestStep> {
  const startedAt = performance.now();
  const error = await work().then(
    () => null,
    (reason: unknown) => {
      if (reason instanceof AppError || reason instanceof Mismatch) return reason.message;
      return `it failed unexpectedly: ${String(reason)}`;
    },
  );
  return { name, ms: performance.now() - startedAt, error };
}

function requireSame(actual: Buffer, expected: Buffer): void {
  if (!actual.equals(expected)) throw new Mismatch('what came back is not what was stored');
}

async function requireListed(backend: Backend, key: string): Promise<void> {
  for await (const object of backend.list(TEST_BUCKET)) if (object.key === key) return;
  throw new Mismatch('the listing does not hold what was stored');
}

async function* inPieces(bytes: Buffer): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += 2 ** 18) yield bytes.subarray(at, at + 2 ** 18);
}
