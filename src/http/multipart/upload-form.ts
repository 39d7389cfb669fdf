import { AppError } from '../../lib/errors.ts';
import { boundaryOf } from './boundary.ts';
import { FormParts, MAX_BOUNDARY, MAX_EPILOGUE, MAX_HEADER, MAX_PREAMBLE, MAX_TEXT } from './form-parts.ts';
import { invalidMultipart, quoted } from './invalid-multipart.ts';
import type { PartHeader } from './part-header.ts';

const FILE = 'file';
const TEXT_FIELDS = ['path', 'metadata', 'checksum'] as const;
type TextField = (typeof TEXT_FIELDS)[number];

/** Two CRLFs, dashes on both sides and a blank line: what stands around a boundary and a header. */
const PUNCTUATION = 16;
const PARTS = TEXT_FIELDS.length + 1;

/** The most bytes of a form that are not the file's. */
export const FORM_OVERHEAD =
  MAX_PREAMBLE +
  TEXT_FIELDS.length * MAX_TEXT +
  PARTS * MAX_HEADER +
  (PARTS + 1) * (MAX_BOUNDARY + PUNCTUATION) +
  MAX_EPILOGUE;

export interface UploadForm {
  readonly filename: string;
  readonly fields: Partial<Record<TextField, string>>;
  /**
   * The file's bytes; iterate once. It throws INVALID_MULTIPART at its end if anything but the form's end follows,
   * so that nothing is stored of a broken form.
   */
  readonly body: FileBody;
}

/**
 * Reads a form up to the first byte of its file. Throws INVALID_MULTIPART, FILE_REQUIRED or INVALID_NAME; errors of
 * the source come through as they are. When it throws, it has let go of the source.
 */
export async function readUploadForm(
  source: AsyncIterable<Buffer>,
  contentType: string,
): Promise<UploadForm> {
  const parts = new FormParts(source, boundaryOf(contentType));
  try {
    const { filename, fields } = await readUpToFile(parts);
    return { filename, fields, body: new FileBody(parts) };
  } catch (error) {
    await parts.close();
    throw error;
  }
}

async function readUpToFile(parts: FormParts): Promise<Omit<UploadForm, 'body'>> {
  const fields: Partial<Record<TextField, string>> = {};
  for (;;) {
    const part = await parts.next();
    if (part === null) throw fileRequired('has no part named "file"');
    if (part.name === FILE) return { filename: requireFilename(part), fields };
    const name = TEXT_FIELDS.find((field) => field === part.name);
    if (name === undefined) throw unknownPart(part.name);
    if (fields[name] !== undefined) throw invalidMultipart(`has two parts named "${name}"`, name);
    fields[name] = await parts.text(name);
  }
}

function requireFilename({ filename }: PartHeader): string {
  if (filename === null) {
    throw invalidMultipart(
      'has a part "file" without a filename; send a file (curl -F file=@photo.jpg), not a text',
      FILE,
    );
  }
  // What a browser sends for <input type="file"> when nobody chose a file; WHATWG HTML, "constructing the entry list".
  if (filename === '') throw fileRequired('has an empty filename in its part "file": no file was chosen');
  return filename;
}

/** The content of the part `file`. Unlike a generator it lets go of the source even if nobody ever began to read. */
export class FileBody implements AsyncIterableIterator<Buffer, undefined> {
  readonly #parts: FormParts;
  #done = false;

  constructor(parts: FormParts) {
    this.#parts = parts;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async next(): Promise<IteratorResult<Buffer, undefined>> {
    if (this.#done) return { done: true, value: undefined };
    try {
      const value = await this.#parts.content();
      if (value !== null) return { done: false, value };
      refuseLatePart(await this.#parts.next());
    } catch (error) {
      await this.return();
      throw error;
    }
    return this.return();
  }

  /** Breaks off and lets go of the source. */
  async return(): Promise<IteratorReturnResult<undefined>> {
    this.#done = true;
    await this.#parts.close();
    return { done: true, value: undefined };
  }
}

function refuseLatePart(part: PartHeader | null): void {
  if (part === null) return;
  const { name } = part;
  if (name === FILE) throw invalidMultipart('has two parts named "file"; upload one file per request', FILE);
  if (!(TEXT_FIELDS as readonly string[]).includes(name)) throw unknownPart(name);
  throw invalidMultipart(`has the part "${name}" after the file; put it before the file`, name);
}

function unknownPart(name: string): AppError {
  const known = 'only "path", "metadata", "checksum" and "file" mean something here';
  return invalidMultipart(`has a part named ${quoted(name)}; ${known}`, name.slice(0, 64));
}

function fileRequired(problem: string): AppError {
  return new AppError('FILE_REQUIRED', `The multipart form ${problem}; send one, with its filename.`);
}
