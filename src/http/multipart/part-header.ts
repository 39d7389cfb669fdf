import { AppError } from '../../lib/errors.ts';
import { invalidMultipart, quoted } from './invalid-multipart.ts';
import { parseParameters } from './parameters.ts';
import { decodeUtf8 } from './utf8.ts';

/** What the header of a part says about it. */
export interface PartHeader {
  readonly name: string;
  /** Null when the part has none, which makes it a text field. */
  readonly filename: string | null;
}

const MAX_FIELDS = 32;
const FIELD = /^([!#$%&'*+\-.^_`|~0-9A-Za-z]+):[ \t]*([^\r\n\0]*)$/;
const FOLD = /\r\n[ \t]+/g;
/** RFC 8187 section 3.2.1, for UTF-8 alone. */
const EXTENDED = /^utf-8'[^']*'((?:[!#$&+\-.^_`|~0-9A-Za-z]|%[0-9A-Fa-f]{2})*)$/i;
/** The three characters that browsers percent-encode; WHATWG HTML, "multipart/form-data encoding algorithm". */
const ESCAPES = /%(22|0D|0A)/gi;
const PLAIN_ENCODINGS: ReadonlySet<string> = new Set(['7bit', '8bit', 'binary']);

/** Reads the header lines of a part (RFC 7578 section 4); throws INVALID_MULTIPART, and INVALID_NAME for the file's name. */
export function parsePartHeader(block: Buffer): PartHeader {
  const fields = readFields(block.toString('latin1').replace(FOLD, ' '));
  const encoding = fields.get('content-transfer-encoding')?.trim().toLowerCase() ?? 'binary';
  const [, type = '', parameters = ''] = /^([^;]*)(.*)$/.exec(fields.get('content-disposition') ?? '') ?? [];
  const disposition = type.trim().toLowerCase() === 'form-data' ? parseParameters(parameters) : null;
  const name = decodeUtf8(bytesOf(disposition?.get('name') ?? ''));
  if (disposition === null || name === null || name === '') {
    throw invalidMultipart('has a part without "Content-Disposition: form-data; name=…"');
  }
  // RFC 7578 section 4.7 deprecates the other encodings, and no browser sends them.
  if (!PLAIN_ENCODINGS.has(encoding)) {
    throw invalidMultipart(`has a part encoded as ${quoted(encoding)}; send its bytes as they are`, name);
  }
  return { name, filename: readFilename(disposition) };
}

function readFields(block: string): ReadonlyMap<string, string> {
  const lines = block === '' ? [] : block.split('\r\n');
  if (lines.length > MAX_FIELDS) {
    throw invalidMultipart(`has a part with ${lines.length} header lines; at most ${MAX_FIELDS} are allowed`);
  }
  const fields = new Map<string, string>();
  for (const line of lines) {
    const [, name, value] = FIELD.exec(line) ?? [];
    if (name === undefined || value === undefined) {
      throw invalidMultipart('has a part whose header is not made of lines like "Name: value"');
    }
    const key = name.toLowerCase();
    if (fields.has(key)) throw invalidMultipart(`has a part with two ${name} headers`);
    fields.set(key, value);
  }
  return fields;
}

/** The name as it was meant, slashes and all: whether it is a good one is judged elsewhere. */
function readFilename(disposition: ReadonlyMap<string, string>): string | null {
  const encoded = EXTENDED.exec(disposition.get('filename*') ?? '')?.[1];
  const extended = encoded === undefined ? null : decodeUtf8(percentDecode(encoded));
  if (extended !== null) return extended;
  const plain = disposition.get('filename');
  if (plain === undefined) return null;
  const unescaped = plain.replace(ESCAPES, (escape) => decodeURIComponent(escape));
  const filename = decodeUtf8(bytesOf(unescaped));
  if (filename !== null) return filename;
  throw new AppError('INVALID_NAME', 'The filename is not UTF-8; send it in UTF-8.', { field: 'name' });
}

/** The header was read as Latin-1, one character per byte, so that its syntax could be looked at first. */
function bytesOf(text: string): Buffer {
  return Buffer.from(text, 'latin1');
}

function percentDecode(text: string): Buffer {
  const byte = (_: string, hex: string) => String.fromCharCode(Number.parseInt(hex, 16));
  return bytesOf(text.replace(/%(..)/g, byte));
}
