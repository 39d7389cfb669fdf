import { beforeEach, describe, expect, it } from 'vitest';
import { RateLimiter } from '../../src/accounts/rate-limiter.ts';

let now = 0;
let limiter: RateLimiter;

beforeEach(() => {
  now = 1_000_000;
  limiter = new RateLimiter({ max: 2, window: 60_000 }, () => now);
});

const RATE_LIMITED = expect.objectContaining({ code: 'RATE_LIMITED' }) as Error;

describe('a rate limiter', () => {
  it('lets so many attempts through, and says when the next one may come', () => {
    limiter.attempt(['a']);
    now += 10_000;
    limiter.attempt(['a']);
    expect(() => limiter.attempt(['a'])).toThrow(
      expect.objectContaining({ code: 'RATE_LIMITED', details: { retry_after: 50 } }) as Error,
    );
  });

  it('counts in a window that slides: no burst at the turn of a minute', () => {
    limiter.attempt(['a']);
    now += 59_000;
    limiter.attempt(['a']);
    now += 1_000;
    limiter.attempt(['a']);
    expect(() => limiter.attempt(['a'])).toThrow(RATE_LIMITED);
    now += 59_000;
    limiter.attempt(['a']);
  });

  it('lets nobody wait longer for having tried in vain', () => {
    limiter.attempt(['a']);
    limiter.attempt(['a']);
    for (let tries = 0; tries < 10; tries += 1) {
      now += 5_000;
      expect(() => limiter.attempt(['a'])).toThrow(RATE_LIMITED);
    }
    now += 10_000;
    limiter.attempt(['a']);
  });

  it('holds each of several keys to its share, and counts under none when one is full', () => {
    limiter.attempt(['client 1', 'account x']);
    limiter.attempt(['client 2', 'account x']);
    expect(() => limiter.attempt(['client 3', 'account x'])).toThrow(RATE_LIMITED);
    limiter.attempt(['client 3', 'account y']);
    limiter.attempt(['client 3', 'account z']);
    expect(() => limiter.attempt(['client 3', 'account w'])).toThrow(RATE_LIMITED);
  });

  it('does not count what is forgiven', () => {
    for (let tries = 0; tries < 5; tries += 1) limiter.attempt(['a', 'b']).forgive();
    limiter.attempt(['a']);
    limiter.attempt(['a']);
    expect(() => limiter.attempt(['a'])).toThrow(RATE_LIMITED);
  });
});
