import { describe, expect, it } from 'vitest';
import { giveBack, giveBackRoom } from '../../src/lib/give-back.ts';

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

describe('giving back the room that bytes lie in', () => {
  it('frees all of it', () => {
    const room = Buffer.allocUnsafeSlow(64 * KIB + 1);
    giveBackRoom(room.subarray(0, 10));
    expect(room.buffer).toMatchObject({ detached: true });
  });

  it('leaves alone what small buffers are cut from', () => {
    const [first, second] = [Buffer.from('first'), Buffer.from('second')];
    giveBackRoom(first);
    expect([first.toString(), second.toString()]).toEqual(['first', 'second']);
  });
});
