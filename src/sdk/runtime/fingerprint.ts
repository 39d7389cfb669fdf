import type { Upload } from './upload-source.ts';

const SAMPLE = 64 * 1024;

/**
 * By which an upload that another page or process began is known again: same bucket, names and metadata, same size,
 * time of change, beginning and end.
 */
export async function fingerprint(content: Blob, { bucket, name, path, metadata }: Upload): Promise<string> {
  const samples = [content.slice(0, SAMPLE), content.slice(Math.max(0, content.size - SAMPLE))];
  const bytes = await Promise.all(samples.map(async (sample) => new Uint8Array(await sample.arrayBuffer())));
  const { lastModified } = content as Partial<File>;
  const facts = JSON.stringify([name, path ?? name, metadata ?? '', content.size, lastModified ?? 0]);
  const hash = [new TextEncoder().encode(facts), ...bytes].reduce(hashOn, [0x811c9dc5, 0x01000193]);
  return `${bucket} ${hash.map((half) => half.toString(16).padStart(8, '0')).join('')}`;
}

/** Two rounds of FNV-1a, one over the bits turned over: enough to tell files apart, and there without HTTPS, as crypto.subtle is not. */
function hashOn([one = 0, other = 0]: readonly number[], bytes: Uint8Array): number[] {
  let [first, second] = [one, other];
  for (const byte of bytes) {
    first = Math.imul(first ^ byte, 0x01000193);
    second = Math.imul(second ^ (byte ^ 0xff), 0x85ebca6b);
  }
  return [first >>> 0, second >>> 0];
}
