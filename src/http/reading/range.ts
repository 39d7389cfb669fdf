import type { ByteRange } from '../../storage/backend.ts';

const RANGES = /^bytes=(.*)$/i;
const RANGE = /^(\d*)-(\d*)$/;

/**
 * Reads a `Range` header for a file of `size` bytes; RFC 9110 section 14.2. What is malformed, counts another unit or
 * asks for several ranges is ignored, as the RFC lets a server do: the answer is then the whole file.
 */
export function parseRange(header: string, size: number): ByteRange | 'ignored' | 'unsatisfiable' {
  // Empty list elements count for nothing; RFC 9110 section 5.6.1.2.
  const ranges = (RANGES.exec(header.trim())?.[1] ?? '')
    .split(',')
    .map((range) => range.trim())
    .filter((range) => range !== '');
  const [, first = '', last = ''] = (ranges.length === 1 && RANGE.exec(ranges[0] ?? '')) || [];
  if (first === '' && last === '') return 'ignored';
  if (first === '') return suffix(Number(last), size);
  return between(Number(first), last === '' ? Infinity : Number(last), size);
}

/** Numbers too long for a double become larger than any file, or infinite, which is all that matters here. */
function between(first: number, last: number, size: number): ByteRange | 'ignored' | 'unsatisfiable' {
  if (last < first) return 'ignored';
  if (first >= size) return 'unsatisfiable';
  return { start: first, end: Math.min(last, size - 1) };
}

function suffix(length: number, size: number): ByteRange | 'ignored' | 'unsatisfiable' {
  if (length === 0) return 'unsatisfiable';
  // Satisfiable by section 14.1.2, yet no Content-Range can say "none of 0 bytes".
  if (size === 0) return 'ignored';
  return { start: Math.max(0, size - length), end: size - 1 };
}
