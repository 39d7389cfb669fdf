import { createSigner, createVerifier, TokenError } from 'fast-jwt';
import type { Config } from '../config/config.ts';
import { AppError } from '../lib/errors.ts';
import type { Actor } from './actor.ts';

interface AccessClaims {
  readonly sub: string;
  readonly email?: unknown;
  readonly role?: unknown;
  readonly verified?: unknown;
  readonly typ?: unknown;
}

/** Signs and verifies access tokens: JWT, HS256 only, CONTRACT section 7. */
export interface Tokens {
  /** `ttl` in milliseconds. */
  sign(actor: Actor & { readonly id: string }, ttl: number): string;
  /** The caller a token stands for; throws INVALID_TOKEN or TOKEN_EXPIRED, never returns an anonymous actor. */
  verify(token: string): Actor;
}

export function createTokens(jwt: Config['auth']['jwt']): Tokens {
  const audience = jwt.audience === null ? {} : { aud: jwt.audience };
  const verifyClaims = createVerifier({
    key: jwt.secret,
    algorithms: ['HS256'],
    allowedIss: jwt.issuer,
    ...(jwt.audience === null ? {} : { allowedAud: jwt.audience }),
    requiredClaims: ['sub', 'iss', 'exp', ...Object.keys(audience)],
  });
  return {
    sign(actor, ttl) {
      const sign = createSigner({
        key: jwt.secret,
        algorithm: 'HS256',
        iss: jwt.issuer,
        expiresIn: ttl,
        ...audience,
      });
      return sign({ sub: actor.id, email: actor.email, role: actor.role, verified: actor.verified });
    },
    verify: (token) => toActor(readClaims(verifyClaims, token)),
  };
}

function readClaims(verify: (token: string) => unknown, token: string): AccessClaims {
  try {
    return verify(token) as AccessClaims;
  } catch (error) {
    if (error instanceof TokenError && error.code === TokenError.codes.expired) {
      throw new AppError('TOKEN_EXPIRED', 'The access token has expired; refresh it or log in again.');
    }
    throw invalidToken(error);
  }
}

function toActor(claims: AccessClaims): Actor {
  if (typeof claims.sub !== 'string' || claims.sub === '') throw invalidToken();
  // A refresh token is signed with the same secret, but opens nothing except /api/auth/refresh.
  if (claims.typ !== undefined && claims.typ !== 'access') throw invalidToken();
  return {
    id: claims.sub,
    email: typeof claims.email === 'string' ? claims.email : null,
    role: typeof claims.role === 'string' ? claims.role : null,
    verified: claims.verified === true,
    metadata: {},
  };
}

function invalidToken(cause?: unknown): AppError {
  return new AppError('INVALID_TOKEN', 'The access token is not valid here; log in again.', undefined, {
    cause,
  });
}
