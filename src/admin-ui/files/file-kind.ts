import type { IconName } from '../parts/icon.tsx';

export type FileKind = 'image' | 'video' | 'audio' | 'pdf' | 'text' | 'archive' | 'other';

const TEXT = /^text\/|^application\/(?:json|xml|yaml|javascript|sql|toml|x-ndjson)$|\+(?:json|xml|yaml)$/;
const ARCHIVE = /zip|tar|gzip|zstd|compressed|x-bzip|x-xz|x-rar/;

/** What one can do with a type: how it is shown, and under which picture. */
export function fileKind(mimeType: string): FileKind {
  const [family = ''] = mimeType.split('/', 1);
  if (family === 'image' || family === 'video' || family === 'audio') return family;
  if (mimeType === 'application/pdf') return 'pdf';
  if (TEXT.test(mimeType)) return 'text';
  return ARCHIVE.test(mimeType) ? 'archive' : 'other';
}

export const KIND_ICONS: Readonly<Record<FileKind, IconName>> = {
  image: 'image',
  video: 'video',
  audio: 'audio',
  pdf: 'document',
  text: 'document',
  archive: 'archive',
  other: 'file',
};
