import { fromLibc } from './libc.ts';

/** Fails in place of waiting for the disk; preadv2(2). */
const RWF_NOWAIT = 8;

type Preadv2 = (file: number, vector: [Vector], count: 1, offset: number, flags: number) => number;

interface Vector {
  readonly base: Uint8Array;
  readonly len: number;
}

let loading: Promise<Preadv2 | null> | null = null;

/**
 * Fills `buffer` from an open file, from `position` on, with what the system has in memory: by this thread, at once,
 * where to have another do it costs ten times as much. Resolves to how many bytes there were, 0 at the end of the file;
 * null when it has to be read in the usual way, because the disk or the system wants it so.
 */
export async function readCached(file: number, buffer: Uint8Array, position: number): Promise<number | null> {
  const preadv2 = await (loading ??= load());
  if (preadv2 === null) return null;
  const read = preadv2(file, [{ base: buffer, len: buffer.length }], 1, position, RWF_NOWAIT);
  return read < 0 ? null : read;
}

function load(): Promise<Preadv2 | null> {
  return fromLibc((libc, koffi) => {
    const vector = koffi.struct({ base: 'void *', len: 'size_t' });
    const types = ['int', koffi.pointer(vector), 'int', 'int64', 'int'];
    return libc.func('preadv2', 'int64', types) as Preadv2;
  });
}
