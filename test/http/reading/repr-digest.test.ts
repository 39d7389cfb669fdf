import { createHash } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { describe, expect, it } from 'vitest';
import { formatReprDigest, parseDigestHeaders } from '../../../src/http/reading/repr-digest.ts';
import { AppError } from '../../../src/lib/errors.ts';

/** RFC 9530 appendix D: `{"hello": "world"}` and a line feed. */
const HEX = createHash('sha256').update('{"hello": "world"}\n').digest('hex');
const RFC_VALUE = 'sha-256=:RK/0qy18MlBSVnWgjwz6lZEWjP/lF5HF9bvEF8FabDg=:';
const OTHER = `sha-256=:${Buffer.alloc(32).toString('base64')}:`;
const SHA512 =
  'sha-512=:YMAam51Jz/jOATT6/zvHrLVgOYTGFy1d6GJiOHTohq4yP+pgk4vf2aCsyRZOtw8MjkM7iw7yZ/WkppmM44T3qg==:';

it('formats a digest as RFC 9530 shows it', () => {
  expect(formatReprDigest(HEX)).toBe(RFC_VALUE);
});

describe('what an upload announces', () => {
  it.each<[string, IncomingHttpHeaders, string | null]>([
    ['nothing', {}, null],
    ['Repr-Digest', { 'repr-digest': RFC_VALUE }, HEX],
    ['Content-Digest', { 'content-digest': RFC_VALUE }, HEX],
    ['both alike', { 'repr-digest': RFC_VALUE, 'content-digest': RFC_VALUE }, HEX],
    ['another algorithm before it', { 'repr-digest': `${SHA512},${RFC_VALUE}` }, HEX],
    ['another algorithm after it', { 'repr-digest': `${RFC_VALUE} ,\t${SHA512}` }, HEX],
    ['only another algorithm', { 'repr-digest': SHA512 }, null],
    ['only another algorithm, malformed', { 'content-digest': 'md5=?' }, null],
    ['an algorithm whose name goes on', { 'repr-digest': OTHER.replace('256', '256-ext') }, null],
    ['two lines', { 'repr-digest': [SHA512, RFC_VALUE] }, HEX],
    ['a parameter', { 'repr-digest': `${RFC_VALUE};x=1` }, HEX],
    ['no padding', { 'repr-digest': RFC_VALUE.replace('g=:', 'g:') }, HEX],
    ['the name in capitals', { 'repr-digest': RFC_VALUE.replace('sha', 'SHA') }, HEX],
    ['the key twice, the last of which counts', { 'repr-digest': `${OTHER}, ${RFC_VALUE}` }, HEX],
    ['an empty header', { 'repr-digest': '' }, null],
  ])('%s', (_, headers, hex) => {
    expect(parseDigestHeaders(headers)).toBe(hex);
  });

  it.each([
    ['no value', 'sha-256'],
    ['an empty value', 'sha-256='],
    ['an empty byte sequence', 'sha-256=::'],
    ['no colons', RFC_VALUE.replaceAll(':', '')],
    ['one colon', RFC_VALUE.slice(0, -1)],
    ['hex', `sha-256=${HEX}`],
    ['hex between colons', `sha-256=:${HEX}:`],
    ['31 bytes', `sha-256=:${Buffer.alloc(31).toString('base64')}:`],
    ['33 bytes', `sha-256=:${Buffer.alloc(33).toString('base64')}:`],
    ['the URL alphabet', RFC_VALUE.replaceAll('/', '_')],
    ['a string', RFC_VALUE.replaceAll(':', '"')],
    ['something behind', `${RFC_VALUE}x`],
  ])('refuses %s and names the header', (_, value) => {
    for (const field of ['Repr-Digest', 'Content-Digest']) {
      const error = refusal({ [field.toLowerCase()]: value });
      expect(error.code).toBe('VALIDATION_ERROR');
      expect(error.details).toMatchObject([{ field, code: 'invalid' }]);
    }
  });

  it('refuses two digests that differ, because one of them must be wrong', () => {
    const error = refusal({ 'repr-digest': RFC_VALUE, 'content-digest': OTHER });
    expect(error.code).toBe('VALIDATION_ERROR');
    expect(error.details).toMatchObject([{ field: 'Content-Digest' }]);
  });
});

function refusal(headers: IncomingHttpHeaders): AppError {
  try {
    parseDigestHeaders(headers);
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}
