import { crc32, deflateRawSync, gzipSync, zstdCompressSync } from 'node:zlib';

/** The smallest real beginnings of file formats, made by hand from their specifications. */

export const hex = (digits: string): Buffer => Buffer.from(digits.replaceAll(' ', ''), 'hex');
export const latin1 = (text: string): Buffer => Buffer.from(text, 'latin1');
export const utf8 = (text: string): Buffer => Buffer.from(text, 'utf8');

export function utf16(text: string, order: 'le' | 'be'): Buffer {
  const bytes = Buffer.from(`\ufeff${text}`, 'utf16le');
  return order === 'le' ? bytes : bytes.swap16();
}

export function png(...chunks: readonly (readonly [type: string, data: Buffer])[]): Buffer {
  const header: readonly [string, Buffer] = ['IHDR', hex('00000001 00000001 08 06 00 00 00')];
  return Buffer.concat([
    hex('89504e470d0a1a0a'),
    ...[header, ...chunks].map(([type, data]) => pngChunk(type, data)),
  ]);
}

function pngChunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([latin1(type), data]);
  return Buffer.concat([uint32be(data.length), body, uint32be(crc32(body))]);
}

function uint32be(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

export interface ZipEntry {
  readonly name: string;
  readonly data: Buffer;
  readonly method?: 'store' | 'deflate';
  /** Sizes come after the data, as from a writer that streams. */
  readonly streamed?: boolean;
}

/** The local entries of a zip file: all that its head shows. */
export function zip(...entries: readonly ZipEntry[]): Buffer {
  return Buffer.concat(entries.map(zipEntry));
}

function zipEntry({ name, data, method = 'deflate', streamed = false }: ZipEntry): Buffer {
  const body = method === 'deflate' ? deflateRawSync(data) : data;
  const header = Buffer.alloc(30);
  header.writeUInt32LE(0x04034b50, 0);
  header.writeUInt16LE(20, 4);
  header.writeUInt16LE(streamed ? 8 : 0, 6);
  header.writeUInt16LE(method === 'deflate' ? 8 : 0, 8);
  const sizes = Buffer.alloc(12);
  sizes.writeUInt32LE(crc32(data), 0);
  sizes.writeUInt32LE(body.length, 4);
  sizes.writeUInt32LE(data.length, 8);
  if (!streamed) sizes.copy(header, 14);
  header.writeUInt16LE(name.length, 26);
  const trailer = streamed ? Buffer.concat([hex('504b0708'), sizes]) : Buffer.alloc(0);
  return Buffer.concat([header, latin1(name), body, trailer]);
}

export const contentTypes = (kind: string): Buffer =>
  utf8(
    '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">' +
      `<Override PartName="/x.xml" ContentType="application/vnd.openxmlformats-officedocument.${kind}.main+xml"/></Types>`,
  );

/** A tar header whose checksum is right. */
export function tar(): Buffer {
  const header = Buffer.alloc(1024);
  header.write('notes.txt', 0);
  header.write(
    '0000644\0' + '0000000\0' + '0000000\0' + '00000000005\0' + '00000000000\0' + '        ' + '0',
    100,
  );
  header.write('ustar\x0000', 257);
  const sum = header.subarray(0, 512).reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  header.write('hello', 512);
  return header;
}

/** Any bytes that are no text and no format's signature. */
export const noise = (size: number): Buffer => Buffer.alloc(size, 0x00).fill(hex('0003f5c1'), 0);

const isoMedia = (brand: string): Buffer =>
  Buffer.concat([hex('00000018'), latin1(`ftyp${brand}`), hex('00000200'), latin1('isomiso2')]);
const riff = (kind: string): Buffer =>
  Buffer.concat([latin1('RIFF'), hex('24000000'), latin1(kind), noise(24)]);
const ogg = (codec: Buffer): Buffer =>
  Buffer.concat([
    latin1('OggS'),
    hex('00 02'),
    Buffer.alloc(8),
    hex('01020304 00000000 05060708 01 1e'),
    codec,
    noise(24),
  ]);
const ebml = (docType: string): Buffer =>
  Buffer.concat([
    hex('1a45dfa3'),
    Buffer.from([0x80 + docType.length + 3, 0x42, 0x82, 0x80 + docType.length]),
    latin1(docType),
    noise(24),
  ]);
const compoundFile = Buffer.concat([hex('d0cf11e0a1b11ae1'), Buffer.alloc(504)]);
const id3 = (tagSize: number): Buffer =>
  Buffer.concat([
    latin1('ID3'),
    hex('03 00 00'),
    Buffer.from([(tagSize >> 21) & 0x7f, (tagSize >> 14) & 0x7f, (tagSize >> 7) & 0x7f, tagSize & 0x7f]),
    Buffer.alloc(64),
  ]);

const relationships: ZipEntry = { name: '_rels/.rels', data: utf8('<Relationships/>') };
const picture: ZipEntry = { name: 'docProps/thumbnail.jpeg', data: noise(9000), method: 'store' };
const odf = (kind: string): Buffer =>
  zip({ name: 'mimetype', data: utf8(`application/vnd.oasis.opendocument.${kind}`), method: 'store' });
const ooxml = (kind: string): Buffer => zip({ name: '[Content_Types].xml', data: contentTypes(kind) });

const OPEN_XML = 'application/vnd.openxmlformats-officedocument.';

/** [what it is, name, bytes, type]; the head is what fits. */
export const BINARY_SAMPLES: readonly (readonly [string, string, Buffer, string])[] = [
  ['PNG', 'a.png', png(['IDAT', noise(20)]), 'image/png'],
  ['PNG with a profile larger than the head', 'a.png', png(['iCCP', noise(9000)]), 'image/png'],
  ['PNG signature alone', 'a.png', hex('89504e470d0a1a0a'), 'image/png'],
  ['animated PNG', 'a.png', png(['acTL', noise(8)], ['IDAT', noise(20)]), 'image/apng'],
  ['PNG whose pixels say acTL', 'a.png', png(['IDAT', latin1('..acTL..')]), 'image/png'],
  ['JPEG (JFIF)', 'a.jpg', hex('ffd8ffe0 0010 4a46494600 0101'), 'image/jpeg'],
  ['JPEG (Exif)', 'a.jpg', hex('ffd8ffe1 0010 457869660000 4d4d'), 'image/jpeg'],
  ['JPEG (Adobe)', 'a.jpg', hex('ffd8ffee 000e 41646f6265'), 'image/jpeg'],
  ['GIF', 'a.gif', Buffer.concat([latin1('GIF89a'), hex('01000100 800000')]), 'image/gif'],
  ['WebP', 'a.webp', riff('WEBPVP8 '), 'image/webp'],
  ['AVIF', 'a.avif', isoMedia('avif'), 'image/avif'],
  ['HEIC', 'a.heic', isoMedia('heic'), 'image/heic'],
  ['BMP', 'a.bmp', hex('424d 3a000000 00000000 36000000 28000000'), 'image/bmp'],
  [
    'TIFF, little-endian, directory at its end',
    'a.tif',
    Buffer.concat([hex('49492a00 00ffff00'), noise(40)]),
    'image/tiff',
  ],
  [
    'TIFF, big-endian',
    'a.tif',
    hex('4d4d002a 00000008 0001 0100 0003 00000001 00010000 00000000'),
    'image/tiff',
  ],
  ['icon', 'a.ico', hex('00000100 0100 1010 0000 0100 2000'), 'image/vnd.microsoft.icon'],
  ['PSD', 'a.psd', Buffer.concat([latin1('8BPS'), hex('0001 000000000000')]), 'image/vnd.adobe.photoshop'],
  ['JPEG XL', 'a.jxl', hex('0000000c 4a584c20 0d0a870a'), 'image/jxl'],
  ['MP4', 'a.mp4', isoMedia('isom'), 'video/mp4'],
  ['M4V', 'a.m4v', isoMedia('M4V '), 'video/mp4'],
  ['M4A', 'a.m4a', isoMedia('M4A '), 'audio/mp4'],
  ['QuickTime', 'a.mov', isoMedia('qt  '), 'video/quicktime'],
  ['WebM', 'a.webm', ebml('webm'), 'video/webm'],
  ['Matroska', 'a.mkv', ebml('matroska'), 'video/matroska'],
  ['AVI', 'a.avi', riff('AVI LIST'), 'video/vnd.avi'],
  ['MPEG program stream', 'a.mpg', Buffer.concat([hex('000001ba 44000400'), noise(24)]), 'video/mpeg'],
  ['WAV', 'a.wav', riff('WAVEfmt '), 'audio/wav'],
  ['MP3 without a tag', 'a.mp3', Buffer.concat([hex('fffb9064'), noise(40)]), 'audio/mpeg'],
  ['MP3 with a cover larger than the head', 'a.mp3', id3(200_000), 'audio/mpeg'],
  ['MP3 with padding after its tag', 'a.mp3', id3(10), 'audio/mpeg'],
  ['FLAC', 'a.flac', Buffer.concat([latin1('fLaC'), hex('00000022')]), 'audio/flac'],
  ['Ogg Vorbis', 'a.ogg', ogg(latin1('\x01vorbis')), 'audio/ogg'],
  ['Ogg Opus', 'a.opus', ogg(latin1('OpusHead')), 'audio/ogg'],
  ['Ogg Theora', 'a.ogv', ogg(latin1('\x80theora')), 'video/ogg'],
  ['MIDI', 'a.mid', Buffer.concat([latin1('MThd'), hex('00000006')]), 'audio/midi'],
  ['PDF', 'a.pdf', Buffer.concat([latin1('%PDF-1.7\n%'), hex('e2e3cfd3')]), 'application/pdf'],
  ['zip', 'a.zip', zip({ name: 'a.txt', data: utf8('hello') }), 'application/zip'],
  ['empty zip', 'a.zip', Buffer.concat([hex('504b0506'), Buffer.alloc(18)]), 'application/zip'],
  [
    'zip cut inside its first name',
    'a.zip',
    zip({ name: 'a.txt', data: utf8('hello') }).subarray(0, 32),
    'application/zip',
  ],
  ['zip of noise', 'a.zip', Buffer.concat([hex('504b0304'), noise(4092)]), 'application/zip'],
  ['zip called .docx', 'a.docx', zip({ name: 'a.txt', data: utf8('hello') }), 'application/zip'],
  ['DOCX', 'a.docx', ooxml('wordprocessingml.document'), `${OPEN_XML}wordprocessingml.document`],
  ['XLSX', 'a.xlsx', ooxml('spreadsheetml.sheet'), `${OPEN_XML}spreadsheetml.sheet`],
  ['PPTX', 'a.pptx', ooxml('presentationml.presentation'), `${OPEN_XML}presentationml.presentation`],
  ['DOCX called .xlsx', 'a.xlsx', ooxml('wordprocessingml.document'), `${OPEN_XML}wordprocessingml.document`],
  [
    'DOCX from a streaming writer',
    'a.docx',
    zip({ name: '[Content_Types].xml', data: contentTypes('wordprocessingml.document'), streamed: true }),
    `${OPEN_XML}wordprocessingml.document`,
  ],
  [
    'DOCX with its content types last',
    'a.docx',
    zip(relationships, { name: 'word/document.xml', data: noise(9000), method: 'store' }),
    `${OPEN_XML}wordprocessingml.document`,
  ],
  [
    'DOCX whose head is all thumbnail',
    'a.docx',
    zip(relationships, picture),
    `${OPEN_XML}wordprocessingml.document`,
  ],
  ['ODT', 'a.odt', odf('text'), 'application/vnd.oasis.opendocument.text'],
  ['ODS', 'a.ods', odf('spreadsheet'), 'application/vnd.oasis.opendocument.spreadsheet'],
  [
    'EPUB',
    'a.epub',
    zip({ name: 'mimetype', data: utf8('application/epub+zip'), method: 'store' }),
    'application/epub+zip',
  ],
  ['JAR', 'a.jar', zip({ name: 'META-INF/MANIFEST.MF', data: utf8('x') }), 'application/java-archive'],
  [
    'APK',
    'a.apk',
    zip({ name: 'AndroidManifest.xml', data: noise(9000), method: 'store' }),
    'application/vnd.android.package-archive',
  ],
  ['compound file called .doc', 'a.doc', compoundFile, 'application/msword'],
  ['compound file called .xls', 'a.XLS', compoundFile, 'application/vnd.ms-excel'],
  ['compound file called .png', 'a.png', compoundFile, 'application/x-cfb'],
  ['gzip', 'a.gz', gzipSync('hello'), 'application/gzip'],
  ['gzip of a tar', 'a.tar.gz', gzipSync(tar()), 'application/gzip'],
  ['zstd', 'a.zst', zstdCompressSync('hello'), 'application/zstd'],
  ['bzip2', 'a.bz2', hex('425a6839 314159265359 0000'), 'application/x-bzip2'],
  ['xz', 'a.xz', hex('fd377a585a00 0004'), 'application/x-xz'],
  ['7z', 'a.7z', hex('377abcaf271c 0004'), 'application/x-7z-compressed'],
  ['RAR', 'a.rar', hex('526172211a0700 cf90'), 'application/vnd.rar'],
  ['tar', 'a.tar', tar(), 'application/x-tar'],
  ['WOFF2', 'a.woff2', Buffer.concat([latin1('wOF2'), hex('00010000')]), 'font/woff2'],
  ['TrueType', 'a.ttf', hex('0001000000 0a0080'), 'font/ttf'],
  ['WebAssembly', 'a.wasm', hex('0061736d 01000000'), 'application/wasm'],
  [
    'Windows program called .png',
    'a.png',
    hex('4d5a9000 03000000 04000000'),
    'application/vnd.microsoft.portable-executable',
  ],
  ['ELF program', 'a', hex('7f454c46 020101'), 'application/x-elf'],
  ['SQLite', 'a.db', latin1('SQLite format 3\0'), 'application/vnd.sqlite3'],
  ['noise', 'a.bin', noise(4096), 'application/octet-stream'],
  ['noise called .png', 'a.png', noise(64), 'application/octet-stream'],
  ['noise called .txt', 'a.txt', noise(64), 'application/octet-stream'],
  ['noise called .html', 'a.html', noise(64), 'application/octet-stream'],
];
