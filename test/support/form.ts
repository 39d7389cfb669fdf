export const BOUNDARY = 'a-boundary-of-the-tests';

export interface Part {
  readonly name: string;
  readonly filename?: string;
  readonly content: string | Buffer;
}

export interface Form {
  readonly body: Buffer;
  readonly headers: { readonly 'content-type': string };
}

/** A multipart form, byte for byte as its parts say: what FormData would escape or order stays as it is. */
export function form(...parts: readonly Part[]): Form {
  const pieces = parts.flatMap(({ name, filename, content }) => {
    const file = filename === undefined ? '' : `; filename="${filename}"`;
    return [
      `--${BOUNDARY}\r\nContent-Disposition: form-data; name="${name}"${file}\r\n\r\n`,
      content,
      '\r\n',
    ];
  });
  return rawForm(...pieces, `--${BOUNDARY}--\r\n`);
}

/** A body of these bytes that calls itself a form. */
export function rawForm(...pieces: readonly (string | Buffer)[]): Form {
  return {
    body: Buffer.concat(pieces.map((piece) => Buffer.from(piece as string))),
    headers: { 'content-type': `multipart/form-data; boundary=${BOUNDARY}` },
  };
}

export const file = (content: string | Buffer, filename = 'a.txt'): Part => ({
  name: 'file',
  filename,
  content,
});
