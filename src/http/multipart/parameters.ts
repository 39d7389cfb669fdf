const PARAMETER =
  /[ \t]*;[ \t]*(?:([!#$%&'*+\-.^_`|~0-9A-Za-z]+)[ \t]*=[ \t]*(?:"((?:[^"\\]|\\[^])*)"|([^\s";]+)))?/y;
/** Only these two: browsers send a backslash as it is, and old ones sent whole Windows paths. */
const QUOTED_PAIR = /\\(["\\])/g;

/**
 * Reads `; name=value; name="value"` (RFC 2045 section 5.1, names in lower case). Null when the text is anything
 * else or says something twice, where two readers could understand it differently.
 */
export function parseParameters(text: string): ReadonlyMap<string, string> | null {
  const parameters = new Map<string, string>();
  const end = text.trimEnd().length;
  for (PARAMETER.lastIndex = 0; PARAMETER.lastIndex < end;) {
    const match = PARAMETER.exec(text);
    if (match === null) return null;
    const [, name, quoted, plain] = match;
    if (name === undefined) continue; // a semicolon too many
    const key = name.toLowerCase();
    if (parameters.has(key)) return null;
    parameters.set(key, quoted?.replace(QUOTED_PAIR, '$1') ?? plain ?? '');
  }
  return parameters;
}
