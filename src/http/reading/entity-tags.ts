/** RFC 9110 section 8.8.3: commas may be part of a tag. */
const TAG = /(W\/)?("[\x21\x23-\x7e\x80-\xff]*")/y;
const SEPARATOR = /[ \t]*(?:,[ \t]*)+|[ \t]*$/y;

export interface EntityTag {
  readonly weak: boolean;
  /** With its quotes. */
  readonly opaque: string;
}

/** Reads a list of entity tags; none when the text is anything else. */
export function parseEntityTags(list: string): readonly EntityTag[] {
  const tags: EntityTag[] = [];
  let at = 0;
  const take = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at;
    const match = pattern.exec(list);
    at += match?.[0].length ?? 0;
    return match;
  };
  while (at < list.length) {
    const tag = take(TAG);
    const separator = take(SEPARATOR);
    if (separator === null) return [];
    if (tag !== null) tags.push({ weak: tag[1] !== undefined, opaque: tag[2] ?? '' });
  }
  return tags;
}
