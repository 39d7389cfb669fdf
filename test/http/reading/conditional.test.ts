import type { IncomingHttpHeaders } from 'node:http';
import { describe, expect, it } from 'vitest';
import {
  evaluateConditions,
  matchesEtag,
  rangeStillApplies,
  type Verdict,
} from '../../../src/http/reading/conditional.ts';

const ETAG = '"abc"';
const SECOND = Date.UTC(2026, 10, 24, 12, 0, 5);
/** Headers cannot tell these 700 ms. */
const LAST_MODIFIED = SECOND + 700;
const BEFORE = new Date(SECOND - 1000).toUTCString();
const SAME = new Date(SECOND).toUTCString();
const AFTER = new Date(SECOND + 1000).toUTCString();

describe('comparing entity tags', () => {
  // RFC 9110 section 8.8.3.2, the table of examples.
  it.each([
    ['W/"1"', 'W/"1"', false, true],
    ['W/"1"', 'W/"2"', false, false],
    ['W/"1"', '"1"', false, true],
    ['"1"', '"1"', true, true],
  ])('%s and %s: strong %s, weak %s', (header, etag, strong, weak) => {
    expect(matchesEtag(header, etag, 'strong')).toBe(strong);
    expect(matchesEtag(header, etag, 'weak')).toBe(weak);
  });

  it.each([
    ['a list', '"x", "abc", W/"y"', true],
    ['a list without spaces', '"x","abc"', true],
    ['empty list elements', ', ,"abc",,', true],
    ['anything', '*', true],
    ['anything, with spaces', ' * ', true],
    ['a comma inside a tag', '"a,b", "abc"', true],
    ['only a part of a tag', '"x,"abc', false],
    ['a tag that contains the list', '"x, abc, y"', false],
    ['another case', '"ABC"', false],
    ['no quotes', 'abc', false],
    ['one quote', '"abc', false],
    ['a small w', 'w/"abc"', false],
    ['two tags without a comma', '"abc" "x"', false],
    ['garbage behind', '"abc", x', false],
    ['a star in a list', '*, "abc"', false],
    ['an empty tag', '""', false],
    ['nothing', '', false],
  ])('%s: %s', (_, header, matches) => {
    expect(matchesEtag(header, ETAG, 'strong')).toBe(matches);
    expect(matchesEtag(header, ETAG, 'weak')).toBe(matches);
  });

  it('finds a tag that holds a comma', () => {
    expect(matchesEtag('"x", "a,b"', '"a,b"', 'strong')).toBe(true);
  });

  it('tells the codings of one file apart', () => {
    expect(matchesEtag('"abc-zstd"', '"abc"', 'weak')).toBe(false);
  });

  it('takes no time over a hostile header', () => {
    const started = performance.now();
    expect(matchesEtag('"x"' + ' \t,'.repeat(5000) + '!', ETAG, 'weak')).toBe(false);
    expect(performance.now() - started).toBeLessThan(500);
  });
});

type Case = [what: string, headers: IncomingHttpHeaders, verdict: Verdict];

describe('conditions of a GET', () => {
  it.each<Case>([
    ['no condition', {}, 'proceed'],
    ['If-Match with the tag', { 'if-match': ETAG }, 'proceed'],
    ['If-Match *', { 'if-match': '*' }, 'proceed'],
    ['If-Match with another tag', { 'if-match': '"x"' }, 'precondition-failed'],
    ['If-Match with the tag made weak', { 'if-match': 'W/"abc"' }, 'precondition-failed'],
    ['If-Match that is garbage', { 'if-match': 'abc' }, 'precondition-failed'],
    ['If-Unmodified-Since before', { 'if-unmodified-since': BEFORE }, 'precondition-failed'],
    ['If-Unmodified-Since the same second', { 'if-unmodified-since': SAME }, 'proceed'],
    ['If-Unmodified-Since after', { 'if-unmodified-since': AFTER }, 'proceed'],
    ['If-Unmodified-Since that is no date', { 'if-unmodified-since': 'yesterday' }, 'proceed'],
    [
      'a matching If-Match outweighs the date',
      { 'if-match': ETAG, 'if-unmodified-since': BEFORE },
      'proceed',
    ],
    ['If-None-Match with the tag', { 'if-none-match': ETAG }, 'not-modified'],
    ['If-None-Match with the tag made weak', { 'if-none-match': 'W/"abc"' }, 'not-modified'],
    ['If-None-Match *', { 'if-none-match': '*' }, 'not-modified'],
    ['If-None-Match with another tag', { 'if-none-match': '"x"' }, 'proceed'],
    ['If-None-Match that is garbage', { 'if-none-match': 'abc' }, 'proceed'],
    ['If-Modified-Since before', { 'if-modified-since': BEFORE }, 'proceed'],
    ['If-Modified-Since the same second', { 'if-modified-since': SAME }, 'not-modified'],
    ['If-Modified-Since after', { 'if-modified-since': AFTER }, 'not-modified'],
    ['If-Modified-Since that is no date', { 'if-modified-since': '0' }, 'proceed'],
    ['another tag outweighs the date', { 'if-none-match': '"x"', 'if-modified-since': AFTER }, 'proceed'],
    ['the tag outweighs the date', { 'if-none-match': ETAG, 'if-modified-since': BEFORE }, 'not-modified'],
    ['a failed If-Match comes first', { 'if-match': '"x"', 'if-none-match': ETAG }, 'precondition-failed'],
    ['a passed If-Match goes on', { 'if-match': ETAG, 'if-none-match': ETAG }, 'not-modified'],
    [
      'a failed date comes first',
      { 'if-unmodified-since': BEFORE, 'if-none-match': ETAG },
      'precondition-failed',
    ],
  ])('%s', (_, headers, verdict) => {
    for (const method of ['GET', 'HEAD']) {
      expect(evaluateConditions({ method, headers, etag: ETAG, lastModified: LAST_MODIFIED })).toBe(verdict);
    }
  });
});

describe('conditions of another method', () => {
  it.each<Case>([
    ['If-None-Match with the tag', { 'if-none-match': ETAG }, 'precondition-failed'],
    ['If-None-Match *', { 'if-none-match': '*' }, 'precondition-failed'],
    ['If-None-Match with another tag', { 'if-none-match': '"x"' }, 'proceed'],
    ['If-Modified-Since counts for nothing', { 'if-modified-since': AFTER }, 'proceed'],
    ['If-Unmodified-Since counts', { 'if-unmodified-since': BEFORE }, 'precondition-failed'],
  ])('%s', (_, headers, verdict) => {
    const request = { method: 'DELETE', headers, etag: ETAG, lastModified: LAST_MODIFIED };
    expect(evaluateConditions(request)).toBe(verdict);
  });
});

describe('If-Range', () => {
  it.each([
    ['no header', undefined, true],
    ['the tag', '"abc"', true],
    ['another tag', '"x"', false],
    ['the tag made weak', 'W/"abc"', false],
    ['the date', SAME, true],
    ['the date in another format', 'Tuesday, 24-Nov-26 12:00:05 GMT', true],
    ['an earlier date', BEFORE, false],
    ['a later date, which is another one', AFTER, false],
    ['anything', '*', false],
    ['no tag and no date', 'abc', false],
    ['nothing', '', false],
  ])('%s', (_, header, applies) => {
    expect(rangeStillApplies(header, ETAG, LAST_MODIFIED)).toBe(applies);
  });
});
