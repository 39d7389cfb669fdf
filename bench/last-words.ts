/** What the log of a program that ended says of the reason: the last line that names an error, else the last one. */
export function lastWords(log: string): string {
  const lines = log
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean);
  return (
    lines.findLast((line) => /^\w*(error|panic|fatal)\b/i.test(line)) ?? lines.at(-1) ?? 'it said nothing'
  );
}
