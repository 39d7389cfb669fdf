import { afterEach, describe, expect, it, vi } from 'vitest';
import { createTokens } from '../../src/auth/tokens.ts';
import { AppError } from '../../src/lib/errors.ts';

const jwt = {
  secret: 'a-secret-of-more-than-thirty-two-characters',
  accessTtl: 0,
  refreshTtl: 0,
  issuer: 'alyx',
  audience: null,
};
const actor = { id: 'u1', email: null, role: null, verified: false, metadata: {} };

afterEach(() => void vi.useRealTimers());

describe('a token that was verified before', () => {
  it('is still what it was', () => {
    const tokens = createTokens(jwt);
    const token = tokens.sign(actor, 60_000, 's1');
    expect(tokens.verify(token)).toEqual(tokens.verify(token));
    expect(tokens.verify(token)).toEqual({ actor, sessionId: 's1' });
  });

  it('expires all the same', () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    const tokens = createTokens(jwt);
    const token = tokens.sign(actor, 60_000);
    tokens.verify(token);
    vi.setSystemTime(Date.now() + 61_000);
    expect(() => tokens.verify(token)).toThrow(
      expect.objectContaining({ code: 'TOKEN_EXPIRED' }) as AppError,
    );
  });

  it('lends nothing to one that differs in its signature', () => {
    const tokens = createTokens(jwt);
    const token = tokens.sign(actor, 60_000);
    tokens.verify(token);
    const [header, payload] = token.split('.');
    const forged = [
      header,
      payload,
      createTokens({ ...jwt, secret: 'x'.repeat(40) })
        .sign(actor, 60_000)
        .split('.')[2],
    ].join('.');
    expect(() => tokens.verify(forged)).toThrow(AppError);
  });
});
