import { TEXT_TYPE_BY_EXTENSION } from './file-extension-types.ts';
import { isJsonPrefix } from './json-prefix.ts';
import { markupType } from './markup-type.ts';

interface Opening {
  readonly pattern: RegExp;
  readonly type: string;
}

/** Formats made of text that begin with words of their own. */
const OPENINGS: readonly Opening[] = [
  { pattern: /^\s*%PDF-/, type: 'application/pdf' },
  { pattern: /^%!PS/, type: 'application/postscript' },
  { pattern: /^\{\\rtf/, type: 'application/rtf' },
  { pattern: /^WEBVTT(?=\s|$)/, type: 'text/vtt' },
  { pattern: /^\s*BEGIN:VCALENDAR\s/i, type: 'text/calendar' },
  { pattern: /^\s*BEGIN:VCARD\s/i, type: 'text/vcard' },
  { pattern: /^-----BEGIN PGP MESSAGE-----/, type: 'application/pgp-encrypted' },
  { pattern: /^solid [^\n]*\n\s*facet normal /, type: 'model/stl' },
];

const JSON_EXTENSIONS: ReadonlySet<string> = new Set(['json', 'geojson', 'webmanifest', 'map']);
/** Every JSON text is also one of these, so for them the extension may choose. */
const SUPERSETS_OF_JSON: ReadonlySet<string> = new Set(['text/plain', 'application/yaml']);

/**
 * The type of a text. What a browser would run is told from the content alone; among the rest the extension chooses,
 * as far as the content allows. Any text may be CSV or Markdown: rows need not be of one length.
 */
export function textType(text: string, extension: string, complete: boolean): string {
  const markup = markupType(text, extension, complete);
  if (markup !== null) return markup;
  const opening = OPENINGS.find(({ pattern }) => pattern.test(text));
  if (opening !== undefined) return opening.type;
  if ((extension === 'html' || extension === 'htm') && /<[a-z!/]/i.test(text)) return 'text/html';

  const byExtension = TEXT_TYPE_BY_EXTENSION.get(extension);
  if (JSON_EXTENSIONS.has(extension)) return isJson(text, complete) ? 'application/json' : 'text/plain';
  if (byExtension !== undefined && SUPERSETS_OF_JSON.has(byExtension)) return byExtension;
  if (/^\s*[{[]/.test(text) && isJson(text, complete)) return 'application/json';
  return byExtension ?? 'text/plain';
}

function isJson(text: string, complete: boolean): boolean {
  if (!complete) return isJsonPrefix(text);
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
