import { describe, expect, it } from 'vitest';
import { VerifiedTokens } from '../../src/auth/verified-tokens.ts';

const ALWAYS = { from: 0, until: Infinity };

describe('tokens that were verified', () => {
  it.each([
    ['before it begins to count', 999, null],
    ['when it begins', 1000, 'anna'],
    ['when it ends', 2000, 'anna'],
    ['after it ended', 2001, null],
  ])('are asked for %s', (_, now, found) => {
    const tokens = new VerifiedTokens<string>(10);
    tokens.add('token', 'anna', { from: 1000, until: 2000 });
    expect(tokens.find('token', now)).toBe(found);
  });

  it('are no others', () => {
    const tokens = new VerifiedTokens<string>(10);
    tokens.add('token', 'anna', ALWAYS);
    for (const other of ['', 'toke', 'Token', 'token ', 'tokens']) expect(tokens.find(other, 1)).toBeNull();
  });

  it('are not kept without limit, but those that are asked for are', () => {
    const tokens = new VerifiedTokens<number>(10);
    for (let n = 0; n < 100; n += 1) {
      tokens.add(`token ${n}`, n, ALWAYS);
      expect(tokens.find('token 0', 1)).toBe(0);
    }
    const kept = Array.from({ length: 100 }, (_, n) => tokens.find(`token ${n}`, 1)).filter(
      (found) => found !== null,
    );
    expect(kept.length).toBeGreaterThan(1);
    expect(kept.length).toBeLessThanOrEqual(10);
  });

  it('are not kept when they are long', () => {
    const tokens = new VerifiedTokens<string>(10);
    const long = 'x'.repeat(5000);
    tokens.add(long, 'anna', ALWAYS);
    expect(tokens.find(long, 1)).toBeNull();
  });
});
