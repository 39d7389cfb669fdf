import { shortDigest } from './digest.ts';
import type { Upload } from './upload-source.ts';

const SAMPLE = 64 * 1024;

/**
 * By which an upload that another page or process began is found again: same bucket, names and metadata, same size,
 * time of change, beginning and end. Whether the file is the same in between, what was sent of it must tell.
 */
export async function fingerprint(content: Blob, { bucket, name, path, metadata }: Upload): Promise<string> {
  const samples = [content.slice(0, SAMPLE), content.slice(Math.max(0, content.size - SAMPLE))];
  const bytes = await Promise.all(samples.map(async (sample) => new Uint8Array(await sample.arrayBuffer())));
  const { lastModified } = content as Partial<File>;
  const facts = JSON.stringify([name, path ?? name, metadata ?? '', content.size, lastModified ?? 0]);
  return `${bucket} ${shortDigest([new TextEncoder().encode(facts), ...bytes])}`;
}
