const ELEMENT = /^([!#$%&'*+\-.^_`|~0-9a-z]+)(?:[ \t]*;[ \t]*q=(0(?:\.\d{0,3})?|1(?:\.0{0,3})?))?$/i;

/**
 * True when the client names this coding with a weight above 0; RFC 9110 section 12.5.3. `*` and a missing header
 * allow any coding by the letter of the RFC, but those who send them are tools that cannot decode zstd.
 */
export function accepts(header: string | readonly string[] | undefined, coding: 'gzip' | 'zstd'): boolean {
  const elements = [header ?? []].flat().join(',').split(',');
  for (const element of elements) {
    const [, name = '', weight = '1'] = ELEMENT.exec(element.trim()) ?? [];
    if (canonicalCoding(name) === coding) return Number(weight) > 0;
  }
  return false;
}

/** RFC 9110 section 8.4.1.3: `x-gzip` is the same coding. */
function canonicalCoding(name: string): string {
  const lower = name.toLowerCase();
  return lower === 'x-gzip' ? 'gzip' : lower;
}
