import type { IncomingHttpHeaders } from 'node:http';
import { AppError } from '../../lib/errors.ts';

const FIELDS = ['Repr-Digest', 'Content-Digest'] as const;
/** A byte sequence of 32 bytes; padding may be missing (RFC 9651 section 4.2.7). Parameters have no meaning. */
const SHA256_BYTES = /^:([A-Za-z0-9+/]{43})=?:(?:[ \t]*;.*)?$/;

/** The value of `Repr-Digest` for a SHA-256 in hex; RFC 9530 section 3. */
export function formatReprDigest(hex: string): string {
  return `sha-256=:${Buffer.from(hex, 'hex').toString('base64')}:`;
}

/**
 * The SHA-256, in hex, that an upload announces in `Repr-Digest` or `Content-Digest`; null when it announces none.
 * Uploads carry no content coding, so that both mean the same. Throws VALIDATION_ERROR.
 */
export function parseDigestHeaders(headers: IncomingHttpHeaders): string | null {
  const announced = FIELDS.map((field) => readSha256(field, headers[field.toLowerCase()]));
  const [repr, content] = announced;
  if (typeof repr === 'string' && typeof content === 'string' && repr !== content) {
    throw invalid(
      'Content-Digest',
      'differs from Repr-Digest; for an upload both are the digest of its bytes',
    );
  }
  return repr ?? content ?? null;
}

/** Reads one member of a dictionary (RFC 9651 section 3.2); digests by other algorithms are not looked at. */
function readSha256(field: string, header: string | string[] | undefined): string | null {
  const members = [header ?? []].flat().join(',').split(',');
  const values = members.flatMap((member) => {
    const [, key = '', value = ''] = /^([^=;]*)=?(.*)$/.exec(member.trim()) ?? [];
    return key.trim().toLowerCase() === 'sha-256' ? [value] : [];
  });
  const value = values.at(-1); // of equal keys the last counts
  if (value === undefined) return null;
  const base64 = SHA256_BYTES.exec(value)?.[1];
  if (base64 === undefined) {
    throw invalid(field, 'must hold a SHA-256 as sha-256=:…:, 32 bytes in base64 between colons');
  }
  return Buffer.from(base64, 'base64').toString('hex');
}

function invalid(field: string, message: string): AppError {
  return new AppError('VALIDATION_ERROR', `${field} ${message}.`, [{ field, code: 'invalid', message }]);
}
