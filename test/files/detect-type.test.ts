import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { detectType } from '../../src/files/detect-type.ts';
import { HEAD_SIZE } from '../../src/files/head.ts';
import { BINARY_SAMPLES, hex, latin1, utf16, utf8 } from './detect-type-samples.ts';

const detect = (content: Buffer, name: string): Promise<string> =>
  detectType(content.subarray(0, HEAD_SIZE), name, content.length <= HEAD_SIZE);
const long = (start: string, filler: string): Buffer => utf8(start + filler.repeat(HEAD_SIZE));

describe('binary formats', () => {
  it.each(BINARY_SAMPLES)('knows %s (%s)', async (_, name, content, type) => {
    expect(await detect(content, name)).toBe(type);
  });
});

const TEXT_SAMPLES: readonly (readonly [string, string, Buffer, string])[] = [
  ['plain text', 'a.txt', utf8('hello wörld 🙂\r\n\tbye\f'), 'text/plain'],
  ['terminal colours', 'a.log', utf8('\x1b[31mred\x1b[0m'), 'text/plain'],
  ['text without an extension', 'README', utf8('hello'), 'text/plain'],
  ['text called .png', 'a.png', utf8('hello'), 'text/plain'],
  ['text called .svg', 'a.svg', utf8('hello'), 'text/plain'],
  ['text called .pdf', 'a.pdf', utf8('hello'), 'text/plain'],
  ['text called .json', 'a.json', utf8('hello'), 'text/plain'],
  ['text called .vtt', 'a.vtt', utf8('hello'), 'text/plain'],
  ['TypeScript', 'a.ts', utf8('export const a = 1;'), 'text/plain'],
  ['UTF-8 under a byte order mark', 'a.txt', utf8('\ufeffhello'), 'text/plain'],
  ['UTF-16LE called .mp3', 'a.mp3', utf16('hällo', 'le'), 'text/plain'],
  ['UTF-16BE', 'a.txt', utf16('hällo 🙂', 'be'), 'text/plain'],
  ['long UTF-16LE', 'a.txt', utf16('𝄞x'.repeat(HEAD_SIZE), 'le'), 'text/plain'],
  [
    'UTF-16 with an odd byte too many',
    'a.txt',
    Buffer.concat([utf16('hi', 'le'), hex('41')]),
    'application/octet-stream',
  ],
  ['UTF-16 with a lone surrogate', 'a.txt', utf16('a\ud800b', 'le'), 'application/octet-stream'],
  ['Windows-1252', 'a.txt', latin1('Stra\xdfe, gr\xfc\xdfen'), 'text/plain'],
  ['Windows-1252 CSV', 'a.csv', latin1('Stra\xdfe;Ort\r\nBachgasse;K\xf6ln\r\n'), 'text/csv'],
  ['Windows-1252 HTML', 'a.csv', latin1('<script>alert("\xe9")</script>'), 'text/html'],
  ['text with a NUL', 'a.txt', utf8('hello\0world'), 'application/octet-stream'],
  ['prose that begins like a bitmap', 'a.txt', utf8('BMW sales rose'), 'text/plain'],
  ['prose that begins like a program', 'a.txt', utf8('MZ is a code'), 'text/plain'],
  ['prose that looks like QuickTime', 'a.txt', utf8('Tax-free shopping'), 'text/plain'],
  ['prose that begins like AIFF', 'a.txt', utf8('FORM follows function'), 'text/plain'],
  ['prose that begins like STL', 'a.txt', utf8('solid ground'), 'text/plain'],
  ['STL', 'a.stl', utf8('solid cube\n facet normal 0 0 1\n'), 'model/stl'],
  ['RTF', 'a.doc', utf8('{\\rtf1\\ansi hello}'), 'application/rtf'],
  ['PostScript', 'a.ps', utf8('%!PS-Adobe-3.0\n'), 'application/postscript'],
  ['PDF of text only', 'a.txt', utf8('%PDF-1.4\n1 0 obj'), 'application/pdf'],
  ['PDF after blank lines', 'a.pdf', utf8('\n\n%PDF-1.4\n1 0 obj'), 'application/pdf'],
  ['text about %PDF-', 'a.pdf', utf8('the header is %PDF-1.4'), 'text/plain'],
  ['calendar', 'a.txt', utf8('BEGIN:VCALENDAR\r\nVERSION:2.0'), 'text/calendar'],
  ['contact', 'a.vcf', utf8('BEGIN:VCARD\r\nVERSION:4.0'), 'text/vcard'],
  ['WebVTT', 'a.vtt', utf8('WEBVTT\n\n00:01.000 --> 00:02.000\nHi'), 'text/vtt'],
  ['SubRip', 'a.srt', utf8('1\n00:00:01,000 --> 00:00:02,000\nHi'), 'application/x-subrip'],
  ['CSV', 'a.csv', utf8('a,b\n1,2\n'), 'text/csv'],
  ['CSV without its extension', 'a.txt', utf8('a,b\n1,2\n'), 'text/plain'],
  ['upper-case extension', 'A.CSV', utf8('a,b\n1,2\n'), 'text/csv'],
  ['TSV in UTF-16, as Excel writes it', 'a.tsv', utf16('a\tb\r\n1\t2', 'le'), 'text/tab-separated-values'],
  ['Markdown', 'a.md', utf8('# Title\n'), 'text/markdown'],
  [
    'Markdown that begins with a centred picture',
    'a.md',
    utf8('<p align="center"><img src="x"></p>'),
    'text/markdown',
  ],
  ['Markdown that begins with a comment', 'a.md', utf8('<!-- omit in toc -->\n# Title'), 'text/markdown'],
  ['a page called .md', 'a.md', utf8('<html><body>'), 'text/html'],
  ['a script called .md', 'a.md', utf8('<script>alert(1)</script>'), 'text/html'],
  ['CSS', 'a.css', utf8('a { color: red }'), 'text/css'],
  ['JavaScript', 'a.mjs', utf8('export {};'), 'text/javascript'],
  ['YAML', 'a.yml', utf8('a: 1'), 'application/yaml'],
  ['YAML written as JSON', 'a.yaml', utf8('{"a": 1}'), 'application/yaml'],
  ['TOML', 'a.toml', utf8('a = 1'), 'application/toml'],
];

const JSON_SAMPLES: readonly (readonly [string, string, Buffer, string])[] = [
  ['object', 'a.json', utf8('{"a": [1, 2.5e3, null], "b": {}}'), 'application/json'],
  ['object without an extension', 'a', utf8(' [{"a": true}]\n'), 'application/json'],
  ['object called .png', 'a.png', utf8('{"a": 1}'), 'application/json'],
  ['object called .csv', 'a.csv', utf8('{"a": 1}'), 'application/json'],
  ['object called .txt', 'a.txt', utf8('{"a": 1}'), 'text/plain'],
  ['bare value', 'a.json', utf8('42'), 'application/json'],
  ['bare value without an extension', 'a', utf8('42'), 'text/plain'],
  ['broken object', 'a.json', utf8('{"a": 1'), 'text/plain'],
  ['long array', 'a', long('[', '{"name": "wörld", "ok": [true, -1.5e-3]}, '), 'application/json'],
  ['head that ends inside a string', 'a.json', long('{"a": "', 'x'), 'application/json'],
  ['head that ends inside an escape', 'a.json', long('["', '\\u00e4\\n'), 'application/json'],
  ['head that ends inside a number', 'a.json', long('[', '1'), 'application/json'],
  ['long text in braces', 'a.json', long('{', 'lorem ipsum '), 'text/plain'],
  ['long array that closes what it did not open', 'a.json', long('[1}', ', 1'), 'text/plain'],
  ['long array without commas', 'a.json', long('[', '1 2 '), 'text/plain'],
  ['long list of objects, one per line', 'a.jsonl', long('', '{"a": 1}\n'), 'text/plain'],
  ['deep nesting', 'a.json', long('[', '['), 'application/json'],
];

const MARKUP_SAMPLES: readonly (readonly [string, string, Buffer, string])[] = [
  ['page called .png', 'a.png', utf8('<!DOCTYPE html><p>x'), 'text/html'],
  ['page called .csv', 'a.csv', utf8('<html><script>alert(1)</script>'), 'text/html'],
  ['page called .txt', 'a.txt', utf8('  \r\n\t<HtMl lang=en>'), 'text/html'],
  ['page called .json', 'a.json', utf8('<body onload=alert(1)>'), 'text/html'],
  ['page under a byte order mark', 'a.txt', utf8('\ufeff<script>alert(1)</script>'), 'text/html'],
  ['page in UTF-16', 'a.png', utf16('<script>alert(1)</script>', 'be'), 'text/html'],
  ['page after comments', 'a.txt', utf8('<!-- a --> <!-- <svg> -->\n<head>'), 'text/html'],
  ['comment that never ends', 'a.txt', long('<!--', ' x'), 'text/html'],
  ['upper-case SVG, which only HTML takes', 'a.svg', utf8('<SVG onload=alert(1)>'), 'text/html'],
  ['picture tag with a handler', 'a.png', utf8('<img src=x onerror=alert(1)>'), 'text/html'],
  ['fragment called .html', 'a.html', utf8('Hello <b>world</b>'), 'text/html'],
  ['plain text called .html', 'a.html', utf8('hello'), 'text/plain'],
  ['text with a tag in it', 'a.txt', utf8('use <b> for bold'), 'text/plain'],
  ['text that begins with a nickname', 'a.log', utf8('<alice> hi'), 'text/plain'],
  ['text that begins with a heart', 'a.txt', utf8('<3'), 'text/plain'],
  ['SVG', 'a.svg', utf8('<svg xmlns="http://www.w3.org/2000/svg"/>'), 'image/svg+xml'],
  ['SVG called .png', 'a.png', utf8('<svg onload="alert(1)">'), 'image/svg+xml'],
  ['SVG called .txt', 'a.txt', utf8('<?xml version="1.0"?>\n<svg/>'), 'image/svg+xml'],
  ['SVG in UTF-16', 'a.svg', utf16('<?xml version="1.0"?><svg/>', 'le'), 'image/svg+xml'],
  [
    'SVG behind comment, stylesheet and doctype',
    'a.xml',
    utf8(
      '<?xml version="1.0"?><!-- x --><?xml-stylesheet href="a"?>' +
        '<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "svg11.dtd" [<!ENTITY a "<b>">]><svg>',
    ),
    'image/svg+xml',
  ],
  ['SVG with a prefix', 'a.xml', utf8('<svg:svg xmlns:svg="http://www.w3.org/2000/svg">'), 'image/svg+xml'],
  ['SVG whose comment fills the head', 'a.svg', long('<?xml version="1.0"?><!--', ' x'), 'image/svg+xml'],
  ['SVG cut inside its first tag', 'a.svg', long('<svg xmlns="x" d="', '0 '), 'image/svg+xml'],
  ['XHTML', 'a.xml', utf8('<?xml version="1.0"?><!DOCTYPE html><html>'), 'application/xhtml+xml'],
  ['XML', 'a.xml', utf8('<?xml version="1.0"?><note/>'), 'application/xml'],
  ['XML called .txt', 'a.txt', utf8('<?xml version="1.0"?><note/>'), 'application/xml'],
  ['XML without a declaration', 'a', utf8('<note><to>x</to></note>\n'), 'application/xml'],
  ['XML by its namespace', 'a', long('<feed xmlns="http://www.w3.org/2005/Atom">', 'x'), 'application/xml'],
  ['XML by its doctype', 'a', utf8('<!DOCTYPE note SYSTEM "a.dtd"><note>'), 'application/xml'],
  ['XML by its extension', 'a.xml', long('<note>', 'x '), 'application/xml'],
  ['XML whose comment fills the head', 'a', long('<?xml version="1.0"?><!--', ' x'), 'application/xml'],
];

describe.each([
  ['text', TEXT_SAMPLES],
  ['JSON', JSON_SAMPLES],
  ['markup', MARKUP_SAMPLES],
])('%s', (_, samples) => {
  it.each(samples)('knows %s (%s)', async (_what, name, content, type) => {
    expect(await detect(content, name)).toBe(type);
  });
});

describe('empty files', () => {
  it.each([
    ['a.txt', 'text/plain'],
    ['a.csv', 'text/csv'],
    ['a.json', 'text/plain'],
    ['a.html', 'text/plain'],
    ['a.png', 'application/octet-stream'],
    ['a.svg', 'application/octet-stream'],
    ['a.exe', 'application/octet-stream'],
    ['constructor', 'application/octet-stream'],
    ['.gitkeep', 'application/octet-stream'],
  ])('%s is %s', async (name, type) => {
    expect(await detect(Buffer.alloc(0), name)).toBe(type);
  });
});

describe('a head that ends inside a character', () => {
  const text = utf8('aé€🙂');
  const cuts = Array.from(text, (_, index) => index + 1);

  it.each(cuts)('is text when cut after %i bytes', async (cut) => {
    expect(await detectType(text.subarray(0, cut), 'a.txt', false)).toBe('text/plain');
  });

  it('is no UTF-8 when the file ends there too', async () => {
    expect(await detectType(utf8('🙂🙂').subarray(0, 7), 'a.txt', true)).toBe('application/octet-stream');
  });
});

describe('any content', () => {
  const names = fc.oneof(
    fc.string({ unit: 'grapheme' }),
    fc.constantFrom(...BINARY_SAMPLES.map(([, name]) => name), 'a.html', 'a.svg', 'a.csv', 'a.json', '.', ''),
  );
  const contents = fc.oneof(
    fc.uint8Array({ maxLength: 600 }),
    fc
      .tuple(
        fc.constantFrom(
          ...BINARY_SAMPLES.map(([, , content]) => content),
          ...MARKUP_SAMPLES.map(([, , content]) => content),
        ),
        fc.nat(200),
        fc.uint8Array({ maxLength: 200 }),
      )
      .map(([sample, cut, tail]) => Buffer.concat([sample.subarray(0, cut), tail])),
  );

  it('gets a type and a subtype, and never an error', async () => {
    await fc.assert(
      fc.asyncProperty(contents, names, fc.boolean(), async (content, name, complete) => {
        const type = await detectType(Buffer.from(content), name, complete);
        expect(type).toMatch(/^(?:application|audio|font|image|model|text|video)\/[a-z0-9][a-z0-9.+-]*$/);
      }),
      { numRuns: 2000 },
    );
  });

  it('is never taken for an image, a film or sound because of its name', async () => {
    const media = /^(?:image|video|audio)\//;
    await fc.assert(
      fc.asyncProperty(
        contents,
        fc.constantFrom('png', 'jpg', 'gif', 'mp4', 'mp3'),
        async (content, extension) => {
          const [named, unnamed] = await Promise.all([
            detectType(Buffer.from(content), `a.${extension}`, true),
            detectType(Buffer.from(content), 'a', true),
          ]);
          expect(media.test(named)).toBe(media.test(unnamed));
        },
      ),
    );
  });
});
