import type { Readable } from 'node:stream';
import type { ByteRange } from './backend.ts';
import { endsEarly, FileContent, READ_SIZE, readUpTo } from './file-content.ts';
import type { OpenFiles } from './open-files.ts';
import { WholeContent } from './whole-content.ts';

/**
 * Null when no regular file lies there. What fits into one read is read at once; `translate` turns what goes wrong
 * later, while the rest is read, into words.
 */
export async function openObject(
  files: OpenFiles,
  path: string,
  range: ByteRange | undefined,
  translate: (error: unknown) => unknown,
): Promise<Readable | null> {
  const file = await files.take(path);
  if (file === null) return null;
  const { start, end } = range ?? { start: 0, end: file.size - 1 };
  if (end - start >= READ_SIZE) return new FileContent(files, file, start, end + 1, translate);
  try {
    return new WholeContent(await readWhole(file.descriptor, start, end + 1));
  } catch (error) {
    files.forget(path);
    throw error;
  } finally {
    files.giveBack(file);
  }
}

async function readWhole(file: number, start: number, end: number): Promise<Buffer> {
  const parts: Buffer[] = [];
  for (let position = start; position < end;) {
    const part = await readUpTo(file, end - position, position);
    if (part === null) throw endsEarly(position, end);
    parts.push(part);
    position += part.length;
  }
  return parts.length === 1 && parts[0] !== undefined ? parts[0] : Buffer.concat(parts);
}
