/** Bytes that no text has (the WHATWG's "binary data byte", MIME Sniffing clause 3, but with backspace allowed). */
const BINARY_BYTE = new Uint8Array(256).map((_, byte) =>
  byte < 0x20 && !'\b\t\n\f\r\x1b'.includes(String.fromCharCode(byte)) ? 1 : 0,
);
const BINARY_CHARACTER = /[\u0000-\u0007\u000b\u000e-\u001a\u001c-\u001f]|\p{Surrogate}/u;

/** The least share of ASCII in text of an older 8-bit encoding; what has less looks like data too much. */
const LEGACY_ASCII_SHARE = 3 / 4;

/**
 * The text that a head holds, without its byte order mark; null if it is no text. UTF-8, or UTF-16 under a byte order
 * mark. Unless the head is complete, it may end inside a character.
 */
export function decodeText(head: Buffer, complete: boolean): string | null {
  const encoding = encodingOf(head);
  if (encoding === 'utf-8' && hasBinaryByte(head)) return null;
  const text = decode(head, encoding, complete);
  if (text === null || encoding === 'utf-8') return text;
  return BINARY_CHARACTER.test(text) ? null : text;
}

/**
 * The text of a head in some older 8-bit encoding (Windows-1252, as spreadsheets export it, and its kin), read as
 * Latin-1: right for the ASCII that tells formats apart. Null if it is no text.
 */
export function decodeLegacyText(head: Buffer): string | null {
  if (hasBinaryByte(head)) return null;
  let asciiCount = 0;
  for (const byte of head) if (byte < 0x7f) asciiCount++;
  return asciiCount >= head.length * LEGACY_ASCII_SHARE ? head.toString('latin1') : null;
}

type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be';

function encodingOf(head: Buffer): Encoding {
  if (head[0] === 0xff && head[1] === 0xfe) return 'utf-16le';
  if (head[0] === 0xfe && head[1] === 0xff) return 'utf-16be';
  return 'utf-8';
}

function hasBinaryByte(head: Buffer): boolean {
  for (const byte of head) if (BINARY_BYTE[byte] === 1) return true;
  return false;
}

function decode(head: Buffer, encoding: Encoding, complete: boolean): string | null {
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(head, { stream: !complete });
  } catch {
    return null;
  }
}
