/** A pattern for LIKE … ESCAPE '\', which would end at a NUL. No text here holds one: NULL then, which nothing is like. */
export function likePattern(pattern: string): string | null {
  return pattern.includes('\0') ? null : pattern;
}

/** What every text with this part in it is like. */
export function partPattern(part: string): string | null {
  return likePattern(`%${part.replace(/[\\%_]/g, '\\$&')}%`);
}
