import { describe, expect, it } from 'vitest';
import { giveBack } from '../../src/lib/give-back.ts';

const KIB = 1024;

describe('giving back', () => {
  it('frees the memory of what was a buffer of its own', () => {
    const bytes = Buffer.allocUnsafeSlow(64 * KIB);
    giveBack(bytes);
    expect(bytes.buffer).toMatchObject({ detached: true });
    expect(bytes).toHaveLength(0);
  });

  it('leaves alone what is part of something larger, and what is small', () => {
    const whole = Buffer.alloc(128 * KIB, 'a');
    const small = Buffer.alloc(8 * KIB, 'b');
    giveBack(whole.subarray(0, 64 * KIB));
    giveBack(small);
    expect(whole.equals(Buffer.alloc(128 * KIB, 'a'))).toBe(true);
    expect(small.equals(Buffer.alloc(8 * KIB, 'b'))).toBe(true);
  });

  it('may be asked for twice', () => {
    const bytes = Buffer.allocUnsafeSlow(64 * KIB);
    giveBack(bytes);
    expect(() => giveBack(bytes)).not.toThrow();
  });
});
