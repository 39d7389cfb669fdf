import { createSigner, createVerifier, TokenError } from 'fast-jwt';
import type { Config } from '../config/config.ts';
import { AppError } from '../lib/errors.ts';
import type { JsonObject } from '../lib/json.ts';
import type { Actor } from './actor.ts';
import { VerifiedTokens } from './verified-tokens.ts';

export type KnownActor = Actor & { readonly id: string };

/** What an access token says. */
export interface AccessGrant {
  readonly actor: KnownActor;
  /** The session it was given out in; null for a token that was minted elsewhere, whose claims stand by themselves. */
  readonly sessionId: string | null;
}

/** What a refresh token says: the Nth token of a session. */
export interface RefreshGrant {
  readonly userId: string;
  readonly sessionId: string;
  readonly generation: number;
}

/** Signs and verifies tokens: JWT, HS256 only, CONTRACT section 7. Every `ttl` is in milliseconds. */
export interface Tokens {
  sign(actor: KnownActor, ttl: number, sessionId?: string): string;
  /** Throws INVALID_TOKEN or TOKEN_EXPIRED; never says that somebody is anonymous. */
  verify(token: string): AccessGrant;
  signRefresh(grant: RefreshGrant, ttl: number): string;
  /** Throws INVALID_TOKEN or TOKEN_EXPIRED. */
  verifyRefresh(token: string): RefreshGrant;
}

interface Claims {
  readonly sub?: unknown;
  readonly email?: unknown;
  readonly role?: unknown;
  readonly verified?: unknown;
  readonly metadata?: unknown;
  /** `refresh`, or `access`, which is also what its absence means. */
  readonly typ?: unknown;
  readonly generation?: unknown;
  /** Seconds since the epoch. */
  readonly exp?: unknown;
  readonly nbf?: unknown;
}

/** Not `sid`: tokens minted elsewhere may carry that one for a session of theirs (OpenID Connect). */
const SESSION_CLAIM = 'alyx_session';

/**
 * So many access tokens are checked once. An expired one is refused all the same, and the session is asked at every
 * request, so nothing is trusted for longer. fast-jwt's own cache hashes the token at each look, and keeps bad ones too.
 */
const VERIFIED_TOKENS = 1_000;

export function createTokens(jwt: Config['auth']['jwt']): Tokens {
  const audience = jwt.audience === null ? {} : { aud: jwt.audience };
  const verifyClaims = createVerifier({
    key: jwt.secret,
    algorithms: ['HS256'],
    allowedIss: jwt.issuer,
    ...(jwt.audience === null ? {} : { allowedAud: jwt.audience }),
    requiredClaims: ['sub', 'iss', 'exp', ...Object.keys(audience)],
  });
  const verified = new VerifiedTokens<AccessGrant>(VERIFIED_TOKENS);
  const sign = (claims: object, ttl: number): string => {
    const signer = createSigner({
      key: jwt.secret,
      algorithm: 'HS256',
      iss: jwt.issuer,
      expiresIn: ttl,
      ...audience,
    });
    return signer(claims);
  };
  return {
    sign({ id, email, role, verified }, ttl, sessionId) {
      return sign({ sub: id, email, role, verified, [SESSION_CLAIM]: sessionId }, ttl);
    },
    verify(token) {
      const known = verified.find(token, Date.now());
      if (known !== null) return known;
      const claims = readClaims(verifyClaims, token);
      const grant = toAccessGrant(claims);
      verified.add(token, grant, { from: toMs(claims.nbf), until: toMs(claims.exp) });
      return grant;
    },
    signRefresh({ userId, sessionId, generation }, ttl) {
      return sign({ sub: userId, typ: 'refresh', [SESSION_CLAIM]: sessionId, generation }, ttl);
    },
    verifyRefresh: (token) => toRefreshGrant(readClaims(verifyClaims, token)),
  };
}

function readClaims(verify: (token: string) => unknown, token: string): Claims & Record<string, unknown> {
  try {
    return verify(token) as Claims & Record<string, unknown>;
  } catch (error) {
    if (error instanceof TokenError && error.code === TokenError.codes.expired) {
      throw new AppError('TOKEN_EXPIRED', 'The token has expired; refresh it or log in again.');
    }
    throw invalidToken(error);
  }
}

/** A time of a claim, which is a number where it was verified. */
function toMs(seconds: unknown): number {
  return typeof seconds === 'number' ? seconds * 1000 : 0;
}

function toAccessGrant(claims: Claims & Record<string, unknown>): AccessGrant {
  const { sub, typ, email, role, verified, metadata } = claims;
  if (typeof sub !== 'string' || sub === '') throw invalidToken();
  // A refresh token is signed with the same secret, but opens nothing except /api/auth/refresh.
  if (typ !== undefined && typ !== 'access') throw invalidToken();
  const session = claims[SESSION_CLAIM];
  return {
    actor: {
      id: sub,
      email: typeof email === 'string' ? email : null,
      role: typeof role === 'string' ? role : null,
      verified: verified === true,
      metadata: isObject(metadata) ? metadata : {},
    },
    sessionId: typeof session === 'string' ? session : null,
  };
}

function toRefreshGrant(claims: Claims & Record<string, unknown>): RefreshGrant {
  const { sub, typ, generation } = claims;
  const session = claims[SESSION_CLAIM];
  const isRefresh = typ === 'refresh' && typeof sub === 'string' && typeof session === 'string';
  if (!isRefresh || typeof generation !== 'number') throw invalidToken();
  return { userId: sub, sessionId: session, generation };
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function invalidToken(cause?: unknown): AppError {
  return new AppError('INVALID_TOKEN', 'The token is not valid here; log in again.', undefined, { cause });
}
