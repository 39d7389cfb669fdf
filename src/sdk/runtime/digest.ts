/** The part of SubtleCrypto that is used here, whose types DOM and Node name differently. */
interface Subtle {
  digest(algorithm: string, bytes: Uint8Array<ArrayBuffer>): Promise<ArrayBuffer>;
}

/**
 * A digest in hex, to tell whether bytes are the same as before: SHA-256, or FNV in a page without HTTPS, which has no
 * `crypto.subtle`.
 */
export async function digestOf(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const { subtle } = globalThis.crypto as { readonly subtle?: Subtle };
  if (subtle === undefined) return shortDigest([bytes]);
  const digest = new Uint8Array(await subtle.digest('SHA-256', bytes));
  return [...digest].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** Two rounds of FNV-1a, one over the bits turned over: 64 bits, enough to tell files apart. */
export function shortDigest(parts: readonly Uint8Array[]): string {
  return parts
    .reduce(hashOn, [0x811c9dc5, 0x01000193])
    .map((half) => half.toString(16).padStart(8, '0'))
    .join('');
}

function hashOn([one = 0, other = 0]: readonly number[], bytes: Uint8Array): number[] {
  let [first, second] = [one, other];
  for (const byte of bytes) {
    first = Math.imul(first ^ byte, 0x01000193);
    second = Math.imul(second ^ (byte ^ 0xff), 0x85ebca6b);
  }
  return [first >>> 0, second >>> 0];
}
