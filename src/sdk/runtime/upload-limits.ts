import { AlyxError } from './alyx-error.ts';
import type { BucketLimits } from './schema-types.ts';
import type { Upload } from './upload-source.ts';

/** What browsers call a type → its registered name. */
const REGISTERED: Readonly<Record<string, string>> = {
  'application/x-gzip': 'application/gzip',
  'application/x-zip-compressed': 'application/zip',
  'audio/mp3': 'audio/mpeg',
  'audio/x-m4a': 'audio/mp4',
  'audio/x-wav': 'audio/wav',
  'image/jpg': 'image/jpeg',
  'image/x-icon': 'image/vnd.microsoft.icon',
  'text/xml': 'application/xml',
  'video/avi': 'video/vnd.avi',
  'video/x-matroska': 'video/matroska',
  'video/x-msvideo': 'video/vnd.avi',
};

/** Types that say nothing of the content: `''`, and what systems call files that they do not know. */
const UNTOLD: ReadonlySet<string> = new Set([
  '',
  'application/octet-stream',
  'text/plain',
  'application/vnd.ms-excel',
]);

/**
 * Throws FILE_TOO_LARGE or TYPE_NOT_ALLOWED for what the server is bound to refuse. The server has the last word: it
 * reads the type from the bytes, where here is only what the system made of the file's name.
 */
export function checkLimits({ bucket, content }: Upload, limits: BucketLimits | undefined): void {
  if (limits === undefined || !(content instanceof Blob)) return;
  const { maxFileSize, allowedTypes } = limits;
  if (content.size > maxFileSize) {
    const message = `The file is larger than the ${maxFileSize} bytes that bucket "${bucket}" allows.`;
    throw new AlyxError('FILE_TOO_LARGE', message, { details: { limit: maxFileSize } });
  }
  const type = registered(content.type);
  if (allowedTypes === null || UNTOLD.has(type)) return;
  if (allowedTypes.some((range) => covers(range, type))) return;
  const message = `The file is ${type}; bucket "${bucket}" takes only ${allowedTypes.join(', ')}.`;
  throw new AlyxError('TYPE_NOT_ALLOWED', message, {
    details: { mime_type: type, allowed_types: allowedTypes },
  });
}

function registered(type: string): string {
  const bare = (type.split(';')[0] ?? '').trim().toLowerCase();
  return REGISTERED[bare] ?? bare;
}

function covers(range: string, type: string): boolean {
  const allowed = registered(range);
  return allowed.endsWith('/*') ? type.startsWith(allowed.slice(0, -1)) : type === allowed;
}
