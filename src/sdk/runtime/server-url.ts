import { AlyxError } from './alyx-error.ts';

/**
 * The server's address, without a slash at its end; throws INVALID_URL for what is none. A path stands for the origin
 * of the page.
 */
export function serverUrl(url: string): string {
  if (isPath(url) || isAbsolute(url)) return url.replace(/\/+$/, '');
  const message = `"${url}" is no address of a server. Give createClient a "url" such as "https://files.example.com".`;
  throw new AlyxError('INVALID_URL', message, { details: { url } });
}

function isPath(url: unknown): boolean {
  return typeof url === 'string' && /^(\/(?!\/)|$)/.test(url);
}

function isAbsolute(url: string): boolean {
  try {
    return /^https?:\/\//i.test(url) && new URL(url).host !== '';
  } catch {
    return false;
  }
}
