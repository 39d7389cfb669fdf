/** A piece of a file as tus-js-client takes it: it looks for the length under `size`. */
interface Piece {
  readonly value: Uint8Array & { readonly size: number };
  readonly done: boolean;
}

export interface BlobSource {
  readonly size: number;
  slice(start: number, end: number): Promise<Piece>;
  close(): void;
}

/** Gives tus-js-client a blob piece by piece, alike in browsers and in Node, where it knows no blobs. */
export async function openBlob(content: Blob): Promise<BlobSource> {
  return {
    size: content.size,
    async slice(start, end) {
      const bytes = new Uint8Array(await content.slice(start, end).arrayBuffer());
      return { value: Object.assign(bytes, { size: bytes.length }), done: end >= content.size };
    },
    close: () => undefined,
  };
}
