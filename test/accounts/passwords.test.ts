import { describe, expect, it } from 'vitest';
import { HashingQueue } from '../../src/accounts/hashing-queue.ts';
import { Passwords } from '../../src/accounts/passwords.ts';

const CHEAP = { memoryCost: 8, timeCost: 1 };
const passwords = new Passwords(8, CHEAP);

describe('passwords', () => {
  it('are argon2id hashes with a salt of their own, at the cost that OWASP asks for', async () => {
    const standard = new Passwords(8);
    const [one, two] = await Promise.all([standard.hash('correct horse'), standard.hash('correct horse')]);
    expect(one).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    expect(one).not.toBe(two);
  });

  it('match their own hash only, and nobody’s hash never', async () => {
    const hash = await passwords.hash('correct horse');
    expect(await passwords.matches('correct horse', hash)).toBe(true);
    expect(await passwords.matches('correct house', hash)).toBe(false);
    expect(await passwords.matches('correct horse', null)).toBe(false);
  });

  it('are the same on every keyboard: é typed as one character or as two', async () => {
    const hash = await passwords.hash('caf\u00e9 au lait');
    expect(await passwords.matches('cafe\u0301 au lait', hash)).toBe(true);
  });

  it.each([
    ['1234567', 'too_short'],
    ['😀😀😀😀', 'too_short'],
    ['12345678', undefined],
    ['ünïcödé!', undefined],
    ['x'.repeat(256), undefined],
    ['x'.repeat(257), 'too_long'],
  ])('of length and kind %# are judged: %s → %s', (password, code) => {
    expect(passwords.problem(password)?.code).toBe(code);
  });
});

describe('the hashing queue', () => {
  it('runs two at a time and turns away who would wait too long, without losing its place', async () => {
    const queue = new HashingQueue();
    let running = 0;
    let most = 0;
    const finish: (() => void)[] = [];
    const work = async () => {
      running += 1;
      most = Math.max(most, running);
      await new Promise<void>((resolve) => finish.push(resolve));
      running -= 1;
    };
    const accepted = Array.from({ length: 102 }, () => queue.run(work));
    await expect(queue.run(work)).rejects.toMatchObject({ code: 'RATE_LIMITED' });
    const drain = setInterval(() => finish.shift()?.(), 0);
    await Promise.all(accepted);
    clearInterval(drain);
    expect(most).toBe(2);
    const after = queue.run(async () => 'again');
    expect(await after).toBe('again');
  });

  it('goes on after work that fails', async () => {
    const queue = new HashingQueue();
    const failing = () => Promise.reject(new Error('no'));
    const all = await Promise.allSettled(Array.from({ length: 5 }, () => queue.run(failing)));
    expect(all.every(({ status }) => status === 'rejected')).toBe(true);
    expect(await queue.run(async () => 1)).toBe(1);
  });
});
