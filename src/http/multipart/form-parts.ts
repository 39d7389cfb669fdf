import { FormStream } from './form-stream.ts';
import { invalidMultipart, quoted } from './invalid-multipart.ts';
import { parsePartHeader, type PartHeader } from './part-header.ts';
import { decodeUtf8 } from './utf8.ts';

export const MAX_BOUNDARY = 70;
export const MAX_PREAMBLE = 64 * 1024;
export const MAX_EPILOGUE = 64 * 1024;
/** Of one part, together with the rest of the boundary's line. */
export const MAX_HEADER = 16 * 1024;
export const MAX_TEXT = 64 * 1024;

const CRLF = Buffer.from('\r\n');
const BLANK_LINE = Buffer.from('\r\n\r\n');
const DASHES = Buffer.from('--');

/** The parts of a form, one after the other; RFC 2046 section 5.1. */
export class FormParts {
  readonly #stream: FormStream;
  readonly #delimiter: Buffer;
  #inPreamble = true;

  constructor(source: AsyncIterable<Buffer>, boundary: string) {
    // A CRLF in front makes the first boundary, which may be the very first line, look like the others.
    this.#stream = new FormStream(source, CRLF);
    this.#delimiter = Buffer.from(`\r\n--${boundary}`, 'latin1');
  }

  /** The header of the next part, whose content must be read before the next call; null after the last part. */
  async next(): Promise<PartHeader | null> {
    if (this.#inPreamble) await this.#skipPreamble();
    if (await this.#stream.skip(DASHES)) {
      await this.#readEpilogue();
      return null;
    }
    const block = await this.#stream.until(BLANK_LINE, MAX_HEADER, () =>
      invalidMultipart(`has a part whose header is longer than ${MAX_HEADER} bytes`),
    );
    const lineEnd = block.indexOf(CRLF);
    const padding = lineEnd === -1 ? block : block.subarray(0, lineEnd);
    if (!/^[ \t]*$/.test(padding.toString('latin1')))
      throw invalidMultipart('has something after a boundary');
    return parsePartHeader(block.subarray(lineEnd === -1 ? block.length : lineEnd + CRLF.length));
  }

  /** The next bytes of the part's content; null at its end. */
  async content(): Promise<Buffer | null> {
    return this.#stream.piece(this.#delimiter);
  }

  /** The whole content of a text part. */
  async text(name: string): Promise<string> {
    const bytes = await this.#stream.until(this.#delimiter, MAX_TEXT, () =>
      invalidMultipart(`has a part ${quoted(name)} of more than ${MAX_TEXT} bytes; send less`, name),
    );
    const text = decodeUtf8(bytes);
    if (text === null) throw invalidMultipart(`has a part ${quoted(name)} that is not UTF-8`, name);
    return text;
  }

  /** Lets go of the source. */
  async close(): Promise<void> {
    await this.#stream.close();
  }

  async #skipPreamble(): Promise<void> {
    await this.#stream.until(this.#delimiter, MAX_PREAMBLE, () =>
      invalidMultipart('does not start with the boundary that its Content-Type names'),
    );
    this.#inPreamble = false;
  }

  async #readEpilogue(): Promise<void> {
    const epilogue = await this.#stream.rest(MAX_EPILOGUE, () =>
      invalidMultipart('goes on after its last boundary'),
    );
    if (!/^[ \t]*(?:\r\n|$)/.test(epilogue.toString('latin1'))) {
      throw invalidMultipart('has something after its last boundary');
    }
  }
}
