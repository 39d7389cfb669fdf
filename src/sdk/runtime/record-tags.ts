import { AlyxError } from './alyx-error.ts';
import type { Api } from './api.ts';
import { readJson } from './transport.ts';

type Values = Readonly<Record<string, unknown>>;

/** The entity tags of whole records that were read, for as long as somebody holds those. */
const tags = new WeakMap<object, string>();

export function keepTag(record: object, response: Response): void {
  const tag = tagOf(response);
  if (tag !== null) tags.set(record, tag);
}

/**
 * The entity tag of a record that is still what somebody has seen of it; throws PRECONDITION_FAILED. Asks the server,
 * unless `seen` is the whole record as it came from there: what comes out of a list, or was copied, has no tag.
 */
export async function tagOfSeen(
  api: Api,
  path: string,
  seen: object,
  signal: AbortSignal | undefined,
): Promise<string> {
  const known = tags.get(seen);
  if (known !== undefined) return known;
  const wanted = Object.entries(seen).filter(([, value]) => value !== undefined);
  const fields = wanted.map(([name]) => name).join(',');
  const response = await api.send({ method: 'GET', path, query: { fields }, signal });
  const current = await readJson<Values>(response, signal);
  if (!wanted.every(([name, value]) => isSame(current[name], value))) {
    throw new AlyxError('PRECONDITION_FAILED', 'The record has changed since it was read.');
  }
  const tag = tagOf(response);
  if (tag !== null) return tag;
  // Without it the change could not be bound to what was just compared.
  throw new AlyxError('UNEXPECTED_RESPONSE', 'The answer has no ETag.', { status: response.status });
}

/** A proxy that compresses answers makes their tags weak, which the server would not take back. */
function tagOf(response: Response): string | null {
  return response.headers.get('etag')?.replace(/^W\//, '') ?? null;
}

/** Compares JSON, in which the order of an object's members means nothing. */
function isSame(one: unknown, other: unknown): boolean {
  if (!isObject(one) || !isObject(other)) return one === other;
  const names = Object.keys(one);
  return (
    Array.isArray(one) === Array.isArray(other) &&
    names.length === Object.keys(other).length &&
    names.every((name) => isSame(one[name], other[name]))
  );
}

function isObject(value: unknown): value is Values {
  return typeof value === 'object' && value !== null;
}
