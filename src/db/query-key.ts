/** Text that is the same for the same SQL with the same parameters, and for no other. */
export function queryKey(sql: string, params: readonly unknown[]): string {
  return JSON.stringify([sql, ...params], (_, value: unknown) =>
    typeof value === 'bigint' ? { integer: String(value) } : value,
  );
}
