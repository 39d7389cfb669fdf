/** One JSON token after optional whitespace (RFC 8259): punctuation, string, or number and literal. */
const TOKEN =
  /[ \t\n\r]*(?:([{}[\],:])|("(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*")|(-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)(?=[\s,\]}]))/y;
/** What a token may look like that the end of the head cuts off. */
const CUT_TOKEN =
  /^[ \t\n\r]*(?:|"(?:[^"\\\u0000-\u001f]|\\.)*(?:\\|\\u[0-9a-fA-F]*)?|-?[\d.eE+-]*|t(?:r|ru|rue)?|f(?:a|al|als|alse)?|n(?:u|ul|ull)?)$/;

type Expected = 'value' | 'value-or-end' | 'key' | 'key-or-end' | 'colon' | 'comma-or-end';

/** Tells whether a text is the beginning of a JSON object or array, as far as it goes. */
export function isJsonPrefix(text: string): boolean {
  if (!/^[ \t\n\r]*[{[]/.test(text)) return false;
  const open: string[] = [];
  let expected: Expected | null = 'value';
  TOKEN.lastIndex = 0;
  for (let end = 0; ; end = TOKEN.lastIndex) {
    const token = TOKEN.exec(text);
    if (token === null) return open.length > 0 && CUT_TOKEN.test(text.slice(end));
    const [, punctuation, string] = token;
    expected = step(expected, punctuation ?? (string === undefined ? 'scalar' : 'string'), open);
    if (expected === null) return false;
  }
}

/** What may follow `kind` (a punctuation mark, "string" or "scalar"); null = it may not stand here. */
function step(expected: Expected, kind: string, open: string[]): Expected | null {
  const wantsValue = expected === 'value' || expected === 'value-or-end';
  const wantsKey = expected === 'key' || expected === 'key-or-end';
  if (kind === 'string' && wantsKey) return 'colon';
  if (kind === 'string' || kind === 'scalar') return wantsValue ? 'comma-or-end' : null;
  if (kind === '{' || kind === '[') {
    if (!wantsValue) return null;
    open.push(kind);
    return kind === '{' ? 'key-or-end' : 'value-or-end';
  }
  if (kind === ':') return expected === 'colon' ? 'value' : null;
  if (kind === ',') {
    if (expected !== 'comma-or-end' || open.length === 0) return null;
    return open.at(-1) === '{' ? 'key' : 'value';
  }
  const mayEnd = expected === 'comma-or-end' || expected === 'key-or-end' || expected === 'value-or-end';
  if (!mayEnd || open.pop() !== (kind === '}' ? '{' : '[')) return null;
  return 'comma-or-end';
}
