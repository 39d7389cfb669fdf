import { extname } from 'node:path';
import { fileTypeFromBuffer } from 'file-type';
import { canonicalType } from './canonical-type.ts';
import { refineContainer } from './container-type.ts';
import { decodeLegacyText, decodeText } from './decode-text.ts';
import { TEXT_TYPE_BY_EXTENSION } from './file-extension-types.ts';
import { commonSignature, containerSignature } from './signatures.ts';
import { textType } from './text-type.ts';

const UNKNOWN = 'application/octet-stream';

/**
 * The media type of content, from its head (at most HEAD_SIZE bytes; `complete` = that is all) and, where the content
 * allows several, the extension of its name. Never throws; always `type/subtype` without parameters.
 *
 * A polyglot gets the type of its signature. That is safe because the response headers (`nosniff`, a sandbox for what
 * a browser would run) do not rely on this answer being the only possible one.
 */
export async function detectType(head: Buffer, name: string, complete: boolean): Promise<string> {
  const extension = extname(name).slice(1).toLowerCase();
  if (head.length === 0) return TEXT_TYPE_BY_EXTENSION.get(extension) ?? UNKNOWN;
  const common = commonSignature(head);
  if (common !== null) return common;

  // Before file-type, because its shorter signatures are words: "BMW …" is no bitmap, "Tax-free" no QuickTime film.
  const text = decodeText(head, complete);
  if (text !== null) return textType(text, extension, complete);

  const signature = (await magicType(head)) ?? containerSignature(head);
  if (signature !== null) return refineContainer(signature, extension, head);
  const legacyText = decodeLegacyText(head);
  return legacyText === null ? UNKNOWN : textType(legacyText, extension, complete);
}

/** What file-type says. It is made for whole files: a head that ends too soon can make it throw. */
async function magicType(head: Buffer): Promise<string | null> {
  try {
    const found = await fileTypeFromBuffer(head);
    return found === undefined ? null : canonicalType(found.mime);
  } catch {
    return null;
  }
}
