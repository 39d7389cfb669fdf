import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';
import { AppError } from '../lib/errors.ts';

export const SIGNED_OPERATIONS = ['download', 'view'] as const;
export type SignedOperation = (typeof SIGNED_OPERATIONS)[number];

/** What a signed token opens: one operation on one file, until `expiresAt` (epoch ms). */
export interface SignedGrant {
  readonly bucket: string;
  readonly fileId: string;
  readonly operation: SignedOperation;
  readonly expiresAt: number;
  /** Who signed; null = an anonymous caller. */
  readonly signer: string | null;
}

export type SignedTarget = Pick<SignedGrant, 'bucket' | 'fileId' | 'operation'>;

/** Signs and verifies the tokens of signed URLs: HMAC-SHA-256 under a key derived from the token secret. */
export interface SignedTokens {
  sign(grant: SignedGrant): string;
  /** Throws TOKEN_EXPIRED for a token that was right once, INVALID_TOKEN for any other that does not open `target` at `now`. */
  verify(token: string, target: SignedTarget, now: number): SignedGrant;
}

/** RFC 5869 `info`: keeps this key apart from every other that is derived from the same secret. */
const KEY_PURPOSE = 'alyx signed url v1';

export function createSignedTokens(secret: string): SignedTokens {
  const key = Buffer.from(hkdfSync('sha256', secret, '', KEY_PURPOSE, 32));
  const mac = (payload: string) => createHmac('sha256', key).update(payload).digest('base64url');
  return {
    sign(grant) {
      const payload = Buffer.from(JSON.stringify(toFields(grant))).toString('base64url');
      return `${payload}.${mac(payload)}`;
    },
    verify(token, target, now) {
      const dot = token.indexOf('.');
      const payload = token.slice(0, Math.max(0, dot));
      // Compared as text: decoding first would accept several spellings of one signature.
      if (dot < 1 || !isEqual(token.slice(dot + 1), mac(payload))) throw invalidToken();
      const grant = fromFields(JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')) as Fields);
      const opens =
        grant.bucket === target.bucket &&
        grant.fileId === target.fileId &&
        grant.operation === target.operation;
      if (!opens) throw invalidToken();
      if (grant.expiresAt <= now) {
        throw new AppError('TOKEN_EXPIRED', 'This link has expired; ask for a new one.', {
          expired_at: new Date(grant.expiresAt).toISOString(),
        });
      }
      return grant;
    },
  };
}

type Fields = readonly [string, string, SignedOperation, number, string | null];

function toFields({ bucket, fileId, operation, expiresAt, signer }: SignedGrant): Fields {
  return [bucket, fileId, operation, expiresAt, signer];
}

function fromFields([bucket, fileId, operation, expiresAt, signer]: Fields): SignedGrant {
  return { bucket, fileId, operation, expiresAt, signer };
}

function isEqual(given: string, expected: string): boolean {
  const a = Buffer.from(given);
  const b = Buffer.from(expected);
  return a.length === b.length && timingSafeEqual(a, b);
}

function invalidToken(): AppError {
  return new AppError('INVALID_TOKEN', 'This link is not valid for what it is used for; ask for a new one.');
}
