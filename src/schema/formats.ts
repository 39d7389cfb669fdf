import { isIP } from 'node:net';
import { isUuid } from '../lib/ids.ts';

/** What `validate.format` may name, and the check behind it. */
export const FORMATS: Readonly<Record<string, (text: string) => boolean>> = {
  email: isEmail,
  url: isUrl,
  uuid: isUuid,
  date: isDate,
  timestamp: isTimestamp,
  hostname: (text) => text.length <= 253 && HOSTNAME.test(text),
  ipv4: (text) => isIP(text) === 4,
  ipv6: (text) => isIP(text) === 6,
};

/** RFC 1123 section 2.1: dot-separated labels of up to 63 letters, digits and inner hyphens. */
const HOSTNAME = /^[a-z\d](?:[a-z\d-]{0,61}[a-z\d])?(?:\.[a-z\d](?:[a-z\d-]{0,61}[a-z\d])?)*$/i;

/** Deliberately loose: one `@`, no spaces, a domain. Only a message that arrives proves an address. */
export function isEmail(text: string): boolean {
  const [local = '', domain = '', ...rest] = text.split('@');
  return (
    rest.length === 0 && text.length <= 254 && /^[^\s\p{Cc}]{1,64}$/u.test(local) && HOSTNAME.test(domain)
  );
}

/** An absolute http or https URL: any other scheme would run or reach something else when clicked. */
export function isUrl(text: string): boolean {
  return /^https?:\/\/\S+$/i.test(text) && URL.canParse(text);
}

/** `2026-11-24`, on the calendar. */
export function isDate(text: string): boolean {
  if (!/^\d{4}-\d\d-\d\d$/.test(text)) return false;
  const date = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
}

const TIMESTAMP = /^(\d{4}-\d\d-\d\d)T(?:[01]\d|2[0-3]):\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/i;

/** RFC 3339 section 5.6, without leap seconds: `2026-11-24T09:30:00.123Z` or with an offset. */
export function isTimestamp(text: string): boolean {
  const date = TIMESTAMP.exec(text)?.[1];
  if (date === undefined || !isDate(date)) return false;
  const time = Date.parse(text);
  // An offset may carry the first and the last day out of the years that have four digits.
  return !Number.isNaN(time) && /^\d{4}-/.test(new Date(time).toISOString());
}
