import { beforeEach, describe, expect, it, vi } from 'vitest';
import { UploadLocks } from '../../src/uploads/upload-locks.ts';

const LOCKED = { code: 'UPLOAD_LOCKED' };

let now: number;
let locks: UploadLocks;

beforeEach(() => {
  now = 0;
  locks = new UploadLocks(() => now);
});

/** A request at work, which lets go when it is broken off. */
async function hold(id = 'a') {
  const cancel = vi.fn(() => held.release());
  const held = await locks.take(id, cancel);
  return { ...held, touch: () => held.touch(), pin: () => held.pin(), release: () => held.release(), cancel };
}

describe('the lock of an upload', () => {
  it('is held by one request at a time, each upload its own', async () => {
    const first = await hold();
    await expect(hold()).rejects.toMatchObject(LOCKED);
    await hold('b');
    first.release();
    await vi.waitFor(() => expect(locks.isHeld('a')).toBe(false));
    await hold();
    expect(first.cancel).not.toHaveBeenCalled();
  });

  it('is taken from a connection on which nothing has come for 2 seconds', async () => {
    const first = await hold();
    now = 1_999;
    await expect(hold()).rejects.toMatchObject(LOCKED);
    now = 2_000;
    const second = await hold();
    expect(first.cancel).toHaveBeenCalledOnce();
    await expect(hold()).rejects.toMatchObject(LOCKED);
    second.release();
  });

  it('is not taken from one that is alive', async () => {
    const first = await hold();
    now = 1_500;
    first.touch();
    now = 3_000;
    await expect(hold()).rejects.toMatchObject(LOCKED);
    expect(first.cancel).not.toHaveBeenCalled();
  });

  it('is never taken from one that makes the file', async () => {
    const first = await hold();
    first.pin();
    now = 60_000;
    await expect(hold()).rejects.toMatchObject(LOCKED);
    let seized = false;
    const seizing = locks.seize('a').then(() => (seized = true));
    const settling = locks.settle('a');
    await new Promise(setImmediate);
    expect(seized).toBe(false);
    first.release();
    await Promise.all([seizing, settling]);
    expect(first.cancel).not.toHaveBeenCalled();
  });

  it('is taken from a live one by whoever gives the upload up', async () => {
    const first = await hold();
    const second = await locks.seize('a');
    expect(first.cancel).toHaveBeenCalledOnce();
    await expect(hold()).rejects.toMatchObject(LOCKED);
    second.release();
  });

  it('is taken from one that comes in between, too', async () => {
    await hold();
    now = 2_000;
    const cancel = vi.fn();
    const between = locks.take('a', cancel);
    const seizing = locks.seize('a');
    (await between).release();
    await seizing;
    expect(cancel).toHaveBeenCalledOnce();
  });

  it('is not waited for by those who only ask, unless its holder is about to be through', async () => {
    await hold();
    await locks.settle('a');
    expect(locks.isHeld('a')).toBe(true);
    now = 2_000;
    await locks.settle('a');
    expect(locks.isHeld('a')).toBe(false);
  });

  it('is waited for before everything is closed', async () => {
    const holds = [await hold('a'), await hold('b')];
    let idle = false;
    const waiting = locks.idle().then(() => (idle = true));
    holds[0]?.release();
    await new Promise(setImmediate);
    expect(idle).toBe(false);
    holds[1]?.release();
    await waiting;
  });
});
