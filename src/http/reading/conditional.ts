import type { IncomingHttpHeaders } from 'node:http';
import { parseEntityTags } from './entity-tags.ts';
import { parseHttpDate } from './http-date.ts';

export interface ConditionalRequest {
  readonly method: string;
  readonly headers: IncomingHttpHeaders;
  /** The tag of the representation that would be sent. */
  readonly etag: string;
  /** Epoch ms. */
  readonly lastModified: number;
}

export type Verdict = 'proceed' | 'not-modified' | 'precondition-failed';

/** Evaluates the preconditions of a request for something that exists, in the order of RFC 9110 section 13.2.2. */
export function evaluateConditions({ method, headers, etag, lastModified }: ConditionalRequest): Verdict {
  const safe = method === 'GET' || method === 'HEAD';
  const modified = toSeconds(lastModified);

  const ifMatch = headers['if-match'];
  const unmodifiedSince = readDate(headers['if-unmodified-since']);
  if (ifMatch !== undefined) {
    if (!matchesEtag(ifMatch, etag, 'strong')) return 'precondition-failed';
  } else if (unmodifiedSince !== null && modified > unmodifiedSince) {
    return 'precondition-failed';
  }

  const ifNoneMatch = headers['if-none-match'];
  const modifiedSince = readDate(headers['if-modified-since']);
  if (ifNoneMatch !== undefined) {
    if (!matchesEtag(ifNoneMatch, etag, 'weak')) return 'proceed';
    return safe ? 'not-modified' : 'precondition-failed';
  }
  return safe && modifiedSince !== null && modified <= modifiedSince ? 'not-modified' : 'proceed';
}

/**
 * RFC 9110 section 13.1.5: whether the part that the client holds is of this very representation. A date is a strong
 * validator here, because a file's bytes never change.
 */
export function rangeStillApplies(
  ifRange: string | string[] | undefined,
  etag: string,
  lastModified: number,
): boolean {
  if (typeof ifRange !== 'string') return ifRange === undefined;
  const value = ifRange.trim();
  if (value.startsWith('"')) return matchesEtag(value, etag, 'strong');
  return parseHttpDate(value) === toSeconds(lastModified);
}

/**
 * Tells whether `etag` is among the tags of an `If-Match`, `If-None-Match` or `If-Range` header, or whether that is
 * `*`; RFC 9110 section 8.8.3.2. A header that is no list of tags matches nothing.
 */
export function matchesEtag(header: string, etag: string, comparison: 'strong' | 'weak'): boolean {
  const value = header.trim();
  if (value === '*') return true;
  const [own] = parseEntityTags(etag);
  if (own === undefined) return false;
  return parseEntityTags(value).some(
    (tag) => tag.opaque === own.opaque && (comparison === 'weak' || (!tag.weak && !own.weak)),
  );
}

/** A date that is none counts as absent; RFC 9110 sections 13.1.3 and 13.1.4. */
function readDate(header: string | undefined): number | null {
  return header === undefined ? null : parseHttpDate(header.trim());
}

/** Dates in headers have no fractions. */
function toSeconds(time: number): number {
  return Math.floor(time / 1000);
}
