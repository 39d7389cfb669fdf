import { isIP } from 'node:net';
import { z } from 'zod';
import { refuse } from '../lib/unit-shapes.ts';

/** `https://files.example.com`, a slash at the end allowed; yields it without. */
export const origin = z.string().transform(readOrigin);

export const corsOrigin = z
  .string()
  .transform((written, context) => (written === '*' ? written : readOrigin(written, context)));

/** An object store's address; some are served below a path. */
export const endpoint = z.string().transform((written, context) => {
  const url = webUrl(written);
  if (url !== null && url.search === '' && url.hash === '') return url.href.replace(/\/$/, '');
  return refuse(context, 'must be a URL: http(s)://host[:port][/path]');
});

/** Which proxies' X-Forwarded-* headers count. */
export const proxyAddresses = z.unknown().transform((written, context): boolean | readonly string[] => {
  if (typeof written === 'boolean') return written;
  if (!Array.isArray(written)) return refuse(context, 'must be true, false or a list of addresses');
  const addresses: readonly unknown[] = written;
  for (const [index, address] of addresses.entries()) {
    if (typeof address === 'string' && isAddressRange(address)) continue;
    context.addIssue({
      code: 'custom',
      path: [index],
      message: 'must be an IP address or a CIDR like 10.0.0.0/8',
    });
  }
  return addresses as readonly string[];
});

function readOrigin(written: string, context: z.core.$RefinementCtx): string {
  const url = webUrl(written);
  if (url !== null && url.pathname === '/' && url.search === '' && url.hash === '') return url.origin;
  return refuse(context, 'must be an origin: http(s)://host[:port], without path or query');
}

function webUrl(written: string): URL | null {
  const url = /^https?:\/\//i.test(written) ? URL.parse(written) : null;
  return url !== null && url.username === '' && url.password === '' ? url : null;
}

function isAddressRange(written: string): boolean {
  const [address = '', prefix, ...rest] = written.split('/');
  const bits = { 0: -1, 4: 32, 6: 128 }[isIP(address)] ?? -1;
  if (rest.length > 0 || bits < 0) return false;
  return prefix === undefined || (/^\d{1,3}$/.test(prefix) && Number(prefix) <= bits);
}
