import { randomFillSync } from 'node:crypto';

export type NewId = () => string;

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** Ids reach SQL, object keys and headers, so whatever is not a canonical lower-case UUID is refused first. */
export function isUuid(text: string): boolean {
  return text.length === 36 && UUID.test(text);
}

const pool = Buffer.allocUnsafe(4096);
let used = pool.length;

/** A UUIDv7 (RFC 9562 section 5.7): 48 bits of milliseconds, then 74 random bits. */
export const newUuid: NewId = () => {
  if (used + 10 > pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  const time = Date.now().toString(16).padStart(12, '0');
  const version = (0x7000 | (pool.readUInt16BE(used) & 0x0fff)).toString(16);
  const variant = (0x8000 | (pool.readUInt16BE(used + 2) & 0x3fff)).toString(16);
  const tail = pool.toString('hex', used + 4, used + 10);
  used += 10;
  return `${time.slice(0, 8)}-${time.slice(8)}-${version}-${variant}-${tail}`;
};
