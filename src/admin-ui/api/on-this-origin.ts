/** The same address for use on this page: of this origin, whatever `server.public_url` says. */
export function onThisOrigin(url: string): string {
  const { pathname, search } = new URL(url, location.origin);
  return `${pathname}${search}`;
}
