const LINKS = ['download_url', 'view_url'] as const;

/** Files that stand in place of their ids have addresses, which without `server.public_url` lack the server's own. */
export function absoluteLinks<R>(url: string, record: R, expand: readonly PropertyKey[] = []): R {
  const changed = expand.map((name) => {
    const value = (record as Readonly<Record<PropertyKey, unknown>>)[name];
    return [name, Array.isArray(value) ? value.map((one) => absolute(url, one)) : absolute(url, value)];
  });
  return { ...record, ...(Object.fromEntries(changed) as Partial<R>) };
}

function absolute(url: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || !('download_url' in value)) return value;
  const file = value as Readonly<Record<string, unknown>>;
  const links = LINKS.map((name) => {
    const link = file[name];
    return [name, typeof link === 'string' && link.startsWith('/') ? `${url}${link}` : link];
  });
  return { ...file, ...(Object.fromEntries(links) as object) };
}
