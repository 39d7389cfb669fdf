const BEGIN = '<!-- what `make bench-readme` writes -->\n';
const END = '<!-- until here -->\n';

/** `text` with `content` for what stands between the two marks. */
export function replaceMarked(text: string, content: string): string {
  const begin = text.indexOf(BEGIN);
  const end = text.indexOf(END);
  if (begin === -1 || end < begin)
    throw new Error(`there is no place for the table: ${BEGIN.trim()} … ${END.trim()}`);
  return `${text.slice(0, begin + BEGIN.length)}\n${content}\n${text.slice(end)}`;
}
