import { canonicalType } from './canonical-type.ts';

/**
 * Tells whether a type is among those allowed: `image/png`, every `image/*`, or a star on both sides. Case and
 * parameters do not count, and a type's older names (`image/jpg`, `audio/x-wav`) stand for the registered one.
 */
export function matchesType(mimeType: string, allowed: readonly string[]): boolean {
  const type = canonicalType(mimeType);
  const anySubtype = `${type.slice(0, type.indexOf('/'))}/*`;
  return allowed.some((entry) => {
    const pattern = canonicalType(entry);
    return pattern === type || pattern === anySubtype || pattern === '*/*';
  });
}

/** The types of these families that hold their data raw, or nearly so. */
const RAW_MEDIA: ReadonlySet<string> = new Set([
  'audio/aiff',
  'audio/midi',
  'audio/wav',
  'audio/x-caf',
  'audio/x-dff',
  'audio/x-dsf',
  'audio/x-it',
  'audio/x-s3m',
  'audio/x-voc',
  'audio/x-xm',
  'image/bmp',
  'image/ktx',
  'image/svg+xml',
  'image/tiff',
  'image/vnd.adobe.photoshop',
  'image/vnd.microsoft.icon',
  'image/x-adobe-dng',
  'image/x-xcf',
]);

/**
 * PDF counts too: its streams are deflated, and its readers ask for ranges, which a compressed file can only answer by
 * decoding from its start.
 */
const COMPRESSED: ReadonlySet<string> = new Set([
  'application/epub+zip',
  'application/gzip',
  'application/java-archive',
  'application/lzip',
  'application/ogg',
  'application/pdf',
  'application/vnd.android.package-archive',
  'application/vnd.apache.parquet',
  'application/vnd.apple.keynote',
  'application/vnd.apple.numbers',
  'application/vnd.apple.pages',
  'application/vnd.debian.binary-package',
  'application/vnd.ms-asf',
  'application/vnd.ms-cab-compressed',
  'application/vnd.rar',
  'application/vnd.visio',
  'application/x-7z-compressed',
  'application/x-ace-compressed',
  'application/x-apple-diskimage',
  'application/x-arj',
  'application/x-bzip2',
  'application/x-compress',
  'application/x-google-chrome-extension',
  'application/x-lz4',
  'application/x-lzh-compressed',
  'application/x-rpm',
  'application/x-shockwave-flash',
  'application/x-xpinstall',
  'application/x-xz',
  'application/zip',
  'application/zstd',
  'font/woff',
  'font/woff2',
  'model/3mf',
]);

/** The office formats are zip files under many names. */
const OFFICE_ZIP =
  /^application\/vnd\.(?:openxmlformats-officedocument|oasis\.opendocument)\.|\.macroenabled\.12$/;

/** True for content that another compression makes no smaller worth mentioning. */
export function isAlreadyCompressed(mimeType: string): boolean {
  const type = canonicalType(mimeType);
  if (/^(?:image|audio|video)\//.test(type)) return !RAW_MEDIA.has(type);
  return COMPRESSED.has(type) || OFFICE_ZIP.test(type);
}
