import { Store } from '../parts/store.ts';

/** Where the UI is: `#/buckets/avatars?file=…` is page `['buckets', 'avatars']` with those parameters. */
export interface Route {
  readonly page: readonly string[];
  readonly params: Readonly<Record<string, string>>;
}

/** Asked before the page is left; false keeps it. */
type Guard = () => Promise<boolean>;

let guard: Guard | null = null;
let shownHash = location.hash;

export const route = new Store<Route>(parseHash(location.hash));

/** Address of a page; parameters without a value are left out. */
export function hrefTo(
  page: readonly string[],
  params: Readonly<Record<string, string | null>> = {},
): string {
  const path = page.map(encodeURIComponent).join('/');
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(params))
    if (value !== null && value !== '') query.set(name, value);
  return `#/${path}${query.size > 0 ? `?${query.toString()}` : ''}`;
}

export function goTo(page: readonly string[], params?: Readonly<Record<string, string | null>>): void {
  location.hash = hrefTo(page, params);
}

/** Changes parameters of the page one is on, without a step in the history. */
export function setParams(changes: Readonly<Record<string, string | null>>): void {
  const { page, params } = route.value;
  history.replaceState(null, '', hrefTo(page, { ...params, ...changes }));
  shownHash = location.hash;
  route.set(parseHash(location.hash));
}

/** Holds on to the page while there is something to lose on it; the returned function lets go. */
export function guardPage(ask: Guard): () => void {
  guard = ask;
  window.addEventListener('beforeunload', stopUnload);
  return () => {
    if (guard !== ask) return;
    guard = null;
    window.removeEventListener('beforeunload', stopUnload);
  };
}

export function watchAddress(): void {
  window.addEventListener('hashchange', () => void follow());
}

async function follow(): Promise<void> {
  const wanted = location.hash;
  if (wanted === shownHash) return;
  if (guard !== null) {
    history.replaceState(null, '', shownHash);
    if (!(await guard())) return;
    guard = null;
    window.removeEventListener('beforeunload', stopUnload);
    history.replaceState(null, '', wanted);
  }
  shownHash = wanted;
  route.set(parseHash(wanted));
}

function stopUnload(event: BeforeUnloadEvent): void {
  event.preventDefault();
}

/** What does not begin with `#/` names no page: then it is the first one. */
function parseHash(hash: string): Route {
  const [path = '', query = ''] = hash.startsWith('#/') ? hash.slice(2).split('?', 2) : [];
  const page = path.split('/').filter((part) => part !== '');
  return { page: page.map(decode), params: Object.fromEntries(new URLSearchParams(query)) };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
