import { createHash } from 'node:crypto';
import { once } from 'node:events';
import type { ClientRequest } from 'node:http';

/** Bytes of a request's body, made while they are sent. */
export interface Body {
  readonly size: number;
  readonly write: (request: ClientRequest) => Promise<void>;
}

const PIECE = 256 * 1024;
/** Not compressible: a server must not win by that. */
export const NOISE = createHash('shake256', { outputLength: PIECE }).update('bench').digest();

/** As many bytes as asked for, `piece` over and over. */
export function bytes(size: number, piece: Buffer = NOISE): Body {
  return {
    size,
    async write(request) {
      for (let left = size; left > 0;) {
        const start = (size - left) % piece.length;
        const chunk = piece.subarray(start, start + Math.min(left, PIECE));
        left -= chunk.length;
        if (!request.write(chunk)) await once(request, 'drain');
      }
    },
  };
}

export interface FormFrame {
  readonly contentType: string;
  readonly head: Buffer;
  readonly tail: Buffer;
}

/** What stands around the bytes of a multipart form with the file as its only part. */
export function formFrame(field: string, name: string): FormFrame {
  const boundary = 'bench-7d1f5b0e9c';
  const head =
    `--${boundary}\r\nContent-Disposition: form-data; name="${field}"; filename="${name}"\r\n` +
    'Content-Type: application/octet-stream\r\n\r\n';
  return {
    contentType: `multipart/form-data; boundary=${boundary}`,
    head: Buffer.from(head),
    tail: Buffer.from(`\r\n--${boundary}--\r\n`),
  };
}

/** `body` as such a form. */
export function inForm({ head, tail }: FormFrame, body: Body): Body {
  return {
    size: head.length + body.size + tail.length,
    async write(request) {
      request.write(head);
      await body.write(request);
      request.write(tail);
    },
  };
}
