/** An identifier in SQL. Names come from the loaded schema only, never from a request. */
export function sqlName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
