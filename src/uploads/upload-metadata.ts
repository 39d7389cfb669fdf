import { AppError } from '../lib/errors.ts';
import type { JsonObject, JsonValue } from '../lib/json.ts';

/** What `Upload-Metadata` says; TUS 1.0.0, Upload-Metadata. */
export interface UploadClaims {
  readonly filename: string | undefined;
  readonly path: string | undefined;
  readonly checksum: string | undefined;
  /** The JSON text under the key `metadata`. */
  readonly metadata: string | undefined;
  /** Every other key. */
  readonly rest: JsonObject;
}

const KNOWN = ['filename', 'path', 'checksum', 'metadata'] as const;
const KEY = /^[!-+\--~]+$/;
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}(?:==)?|[A-Za-z0-9+/]{3}=?)?$/;

/** Parses the header; throws INVALID_METADATA for what is not `key base64, key base64, …` in UTF-8. */
export function parseUploadMetadata(header: string | undefined): UploadClaims {
  const pairs = new Map<string, string>();
  for (const pair of splitPairs(header ?? '')) {
    const [key = '', value = '', ...more] = pair.split(' ').filter((part) => part !== '');
    if (!KEY.test(key) || more.length > 0) throw invalid(`"${pair}" is not a key, a space and a value`);
    if (pairs.has(key)) throw invalid(`the key "${key}" is given twice`);
    pairs.set(key, decode(key, value));
  }
  const known = Object.fromEntries(KNOWN.map((key) => [key, pairs.get(key)])) as Record<
    (typeof KNOWN)[number],
    string | undefined
  >;
  const rest: [string, JsonValue][] = [...pairs].filter(
    ([key]) => !(KNOWN as readonly string[]).includes(key),
  );
  return { ...known, rest: Object.fromEntries(rest) };
}

function splitPairs(header: string): string[] {
  if (header.trim() === '') return [];
  return header.split(',').map((pair) => pair.trim());
}

function decode(key: string, value: string): string {
  if (!BASE64.test(value)) throw invalid(`the value of "${key}" is not base64`);
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Buffer.from(value, 'base64'));
  } catch {
    throw invalid(`the value of "${key}" is not UTF-8`);
  }
}

function invalid(reason: string): AppError {
  return new AppError('INVALID_METADATA', `Upload-Metadata is malformed: ${reason}.`);
}
