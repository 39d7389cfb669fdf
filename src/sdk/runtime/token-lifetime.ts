/** A token is renewed when this share of its life is left, so that no request meets one that is just expiring. */
const MARGIN = 0.1;
const MAX_MARGIN_MS = 30_000;

/**
 * How long after its arrival a JWT should be replaced, in milliseconds; null when it does not tell. Reckoned from the
 * token's own two times, for the clock here need not agree with the server's.
 */
export function usefulLife(jwt: string): number | null {
  try {
    const payload = (jwt.split('.')[1] ?? '').replaceAll('-', '+').replaceAll('_', '/');
    const { iat, exp } = JSON.parse(atob(payload)) as { iat?: unknown; exp?: unknown };
    if (typeof iat !== 'number' || typeof exp !== 'number') return null;
    const life = (exp - iat) * 1000;
    return life - Math.min(life * MARGIN, MAX_MARGIN_MS);
  } catch {
    return null;
  }
}
