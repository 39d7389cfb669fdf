/** Names in use for a media type → the registered one (IANA; the commonest where there is none). */
const REGISTERED: Readonly<Record<string, string>> = {
  'application/eps': 'application/postscript',
  'application/javascript': 'text/javascript',
  'application/x-7zip-compressed': 'application/x-7z-compressed',
  'application/x-bzip': 'application/x-bzip2',
  'application/x-gzip': 'application/gzip',
  'application/x-javascript': 'text/javascript',
  'application/x-msdownload': 'application/vnd.microsoft.portable-executable',
  'application/x-msdos-program': 'application/vnd.microsoft.portable-executable',
  'application/x-pdf': 'application/pdf',
  'application/x-rar': 'application/vnd.rar',
  'application/x-rar-compressed': 'application/vnd.rar',
  'application/x-sqlite3': 'application/vnd.sqlite3',
  'application/x-yaml': 'application/yaml',
  'application/x-zip-compressed': 'application/zip',
  'application/x-deb': 'application/vnd.debian.binary-package',
  'audio/mp3': 'audio/mpeg',
  'audio/vnd.wave': 'audio/wav',
  'audio/wave': 'audio/wav',
  'audio/x-aac': 'audio/aac',
  'audio/x-aiff': 'audio/aiff',
  'audio/x-flac': 'audio/flac',
  'audio/x-m4a': 'audio/mp4',
  'audio/x-wav': 'audio/wav',
  'image/jpg': 'image/jpeg',
  'image/pjpeg': 'image/jpeg',
  'image/svg': 'image/svg+xml',
  'image/tif': 'image/tiff',
  'image/vnd.ms-photo': 'image/jxr',
  'image/x-icon': 'image/vnd.microsoft.icon',
  'image/x-ms-bmp': 'image/bmp',
  'image/x-png': 'image/png',
  'text/rtf': 'application/rtf',
  'text/x-markdown': 'text/markdown',
  'text/x-yaml': 'application/yaml',
  'text/xml': 'application/xml',
  'text/yaml': 'application/yaml',
  'video/avi': 'video/vnd.avi',
  'video/mp1s': 'video/mpeg',
  'video/mp2p': 'video/mpeg',
  'video/x-m4v': 'video/mp4',
  'video/x-matroska': 'video/matroska',
  'video/x-msvideo': 'video/vnd.avi',
};

/** Reduces a media type, however written, to its registered name in lower case, without parameters. */
export function canonicalType(mimeType: string): string {
  const semicolon = mimeType.indexOf(';');
  const bare = (semicolon === -1 ? mimeType : mimeType.slice(0, semicolon)).trim().toLowerCase();
  return Object.hasOwn(REGISTERED, bare) ? (REGISTERED[bare] ?? bare) : bare;
}
