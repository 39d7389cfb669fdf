/** Tags that only a page has: their content is HTML whatever the file is called. */
const PAGE_TAGS = tagSet(
  'html head body title script style iframe frameset meta link base object embed form svg',
);
/** Tags that also begin Markdown: READMEs often start with a centred heading or a picture. */
const FRAGMENT_TAGS = tagSet(
  'a article aside audio b blockquote br button center details div dl em fieldset figure font footer h1 h2 h3 h4 h5 h6 ' +
    'header hr i img input label li main marquee math nav ol p picture pre section select source span strong table ' +
    'template textarea u ul video',
);
const XML_EXTENSIONS = new Set(['xml', 'xsl', 'xslt', 'xsd', 'rss', 'atom', 'kml', 'gpx', 'plist']);

const ROOT = /^<(?:([a-z_][\w.-]*):)?([a-z_][\w.-]*)(?=[\s/>])([^>]*)/i;

/**
 * The type of a text that is markup: HTML by what browsers take for it (WHATWG MIME Sniffing clause 7.1), else XML by
 * its root element. Null if it is none. `complete` = the text is the whole file.
 */
export function markupType(text: string, extension: string, complete: boolean): string | null {
  const prolog = readProlog(text.trimStart());
  if (prolog === null) return null;
  const isMarkdown = extension === 'md' || extension === 'markdown';
  if (prolog.doctype === 'html' && !prolog.isXml) return 'text/html';

  const root = ROOT.exec(prolog.rest);
  if (root === null) return rootlessType(prolog, extension, isMarkdown);
  const [, prefix, local = '', attributes = ''] = root;
  const name = local.toLowerCase();
  if (local === 'svg') return 'image/svg+xml';
  if (prolog.isXml) return name === 'html' ? 'application/xhtml+xml' : 'application/xml';
  if (prefix === undefined && PAGE_TAGS.has(name)) return 'text/html';
  if (prefix === undefined && FRAGMENT_TAGS.has(name)) return isMarkdown ? null : 'text/html';
  const isXml =
    prolog.doctype !== null ||
    XML_EXTENSIONS.has(extension) ||
    /\sxmlns(?::[\w.-]+)?\s*=/.test(attributes) ||
    (complete && isClosed(text, prefix === undefined ? local : `${prefix}:${local}`));
  if (isXml) return 'application/xml';
  return prolog.hasComment && !isMarkdown ? 'text/html' : null;
}

interface Prolog {
  readonly isXml: boolean;
  readonly hasComment: boolean;
  /** The name in the doctype, in lower case. */
  readonly doctype: string | null;
  /** What follows; empty when the prolog reaches beyond the head. */
  readonly rest: string;
}

/** Skips what may stand before the first element; null when there is no markup at all. */
function readProlog(text: string): Prolog | null {
  if (!text.startsWith('<')) return null;
  const isXml = /^<\?xml\s/.test(text);
  let hasComment = false;
  let doctype: string | null = null;
  let rest = text;
  while (/^<[!?]/.test(rest)) {
    let end: number;
    if (rest.startsWith('<!--')) {
      hasComment = true;
      end = endOf(rest, '-->');
    } else if (rest.startsWith('<?')) {
      end = endOf(rest, '?>');
    } else {
      doctype = /^<!doctype\s+([\w:.-]+)/i.exec(rest)?.[1]?.toLowerCase() ?? doctype;
      end = endOfDeclaration(rest);
    }
    rest = end === -1 ? '' : rest.slice(end).trimStart();
  }
  return { isXml, hasComment, doctype, rest };
}

/** A comment or a subset may be longer than the head; then the prolog and, within it, the extension must do. */
function rootlessType(prolog: Prolog, extension: string, isMarkdown: boolean): string | null {
  const { isXml, hasComment, doctype, rest } = prolog;
  const isCut = rest === '';
  if (doctype === 'svg' || (isCut && extension === 'svg' && (isXml || hasComment))) return 'image/svg+xml';
  if (isXml || doctype !== null || (isCut && hasComment && XML_EXTENSIONS.has(extension))) {
    return 'application/xml';
  }
  return hasComment && !isMarkdown ? 'text/html' : null;
}

function endOf(text: string, mark: string): number {
  const at = text.indexOf(mark, 2);
  return at === -1 ? -1 : at + mark.length;
}

/** The end of a `<!…>`; a doctype's internal subset, in brackets, holds such declarations itself. */
function endOfDeclaration(text: string): number {
  const end = endOf(text, '>');
  const subset = text.indexOf('[');
  if (subset === -1 || (end !== -1 && end < subset)) return end;
  const close = /\]\s*>/g;
  close.lastIndex = subset;
  return close.test(text) ? close.lastIndex : -1;
}

function isClosed(text: string, root: string): boolean {
  const end = text.trimEnd();
  return end.endsWith(`</${root}>`) || end.endsWith('/>');
}

function tagSet(names: string): ReadonlySet<string> {
  return new Set(names.split(' '));
}
