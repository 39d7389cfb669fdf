/**
 * What text with this extension is called when its content tells nothing more. None of these is a type that a browser
 * runs on its own; those (HTML, SVG, XML) must show in the content.
 */
export const TEXT_TYPE_BY_EXTENSION: ReadonlyMap<string, string> = new Map([
  ['cjs', 'text/javascript'],
  ['css', 'text/css'],
  ['csv', 'text/csv'],
  ['htm', 'text/plain'],
  ['html', 'text/plain'],
  ['js', 'text/javascript'],
  ['json', 'text/plain'],
  ['log', 'text/plain'],
  ['markdown', 'text/markdown'],
  ['md', 'text/markdown'],
  ['mjs', 'text/javascript'],
  ['srt', 'application/x-subrip'],
  ['tab', 'text/tab-separated-values'],
  ['text', 'text/plain'],
  ['toml', 'application/toml'],
  ['tsv', 'text/tab-separated-values'],
  ['txt', 'text/plain'],
  ['xml', 'text/plain'],
  ['yaml', 'application/yaml'],
  ['yml', 'application/yaml'],
]);
