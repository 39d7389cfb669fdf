/** Whether a field that was to be expanded is: what the caller may not read stays an id. */
export function isExpanded<T>(value: T): value is Exclude<T, string | number | null | undefined> {
  return typeof value === 'object' && value !== null;
}
