/**
 * Finds where an HTTP/1.1 answer ends and reads nothing else of it: what makes the load must cost less than what is
 * measured. Knows Content-Length and chunked bodies (RFC 9112, 6.3), which is all that the contenders send.
 */
export class AnswerReader {
  status = 0;
  #bodiless = false;
  #text = '';
  #state: 'head' | 'body' | 'size' | 'chunk' | 'trailer' = 'head';
  #left = 0;

  /** Gets ready for the answer to the next request; HEAD announces a body that does not come. */
  begin(method: string): void {
    this.status = 0;
    this.#bodiless = method === 'HEAD';
    this.#text = '';
    this.#state = 'head';
  }

  /** True once the answer is whole. */
  push(piece: Buffer): boolean {
    let at = 0;
    if (this.#state === 'head') {
      const end = this.#headEnd(piece);
      if (end === null) return false;
      at = end;
      if (this.#readHead()) return true;
    }
    if (this.#state === 'body') {
      this.#left -= piece.length - at;
      return this.#left <= 0;
    }
    return this.#readChunks(piece, at);
  }

  /** Where the body begins in `piece`; null when the head goes on. */
  #headEnd(piece: Buffer): number | null {
    const before = this.#text.length;
    const end = piece.indexOf('\r\n\r\n');
    if (before === 0 && end !== -1) {
      this.#text = piece.toString('latin1', 0, end + 2);
      return end + 4;
    }
    this.#text += piece.toString('latin1');
    const split = this.#text.indexOf('\r\n\r\n');
    if (split === -1) return null;
    this.#text = this.#text.slice(0, split + 2);
    return split + 4 - before;
  }

  /** True when nothing comes after the head. */
  #readHead(): boolean {
    const head = this.#text;
    this.#text = '';
    this.status = Number(head.slice(9, 12));
    if (this.#bodiless || this.status === 204 || this.status === 304) return true;
    if (/\r\ntransfer-encoding: *chunked/i.test(head)) {
      this.#state = 'size';
      return false;
    }
    const [, length] = /\r\ncontent-length: *(\d+)/i.exec(head) ?? [];
    if (length === undefined) throw new Error(`an answer whose end is not told:\n${head}`);
    this.#state = 'body';
    this.#left = Number(length);
    return this.#left === 0;
  }

  #readChunks(piece: Buffer, start: number): boolean {
    let at = start;
    while (at < piece.length) {
      if (this.#state === 'chunk') {
        const skipped = Math.min(this.#left, piece.length - at);
        this.#left -= skipped;
        at += skipped;
        if (this.#left === 0) this.#state = 'size';
        continue;
      }
      const end = piece.indexOf('\n', at);
      this.#text += piece.toString('latin1', at, end === -1 ? piece.length : end + 1);
      if (end === -1) return false;
      at = end + 1;
      if (this.#readLine()) return true;
    }
    return false;
  }

  /** A chunk's size, or a line after the last chunk, of which the empty one is the end. */
  #readLine(): boolean {
    const line = this.#text.trimEnd();
    this.#text = '';
    if (this.#state === 'trailer') return line === '';
    const size = Number.parseInt(line, 16);
    this.#state = size === 0 ? 'trailer' : 'chunk';
    this.#left = size + 2;
    return false;
  }
}
