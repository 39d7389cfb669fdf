import { describe, expect, it } from 'vitest';
import { shownContentType, viewHeaders } from '../../../src/http/reading/view-safety.ts';

const RUNS_IN_A_BROWSER = [
  'text/html',
  'TEXT/HTML',
  'application/xhtml+xml',
  'image/svg+xml',
  'Image/SVG+XML',
  'application/xml',
  'text/xml',
  'application/rss+xml',
  'application/xslt+xml',
  'application/mathml+xml',
  'text/css',
  'text/javascript',
  'application/json',
  'multipart/x-mixed-replace',
  'message/rfc822',
  'application/octet-stream',
  'application/zip',
  'application/pdfx',
  'application/x-unknown',
  'text/plainly-not',
  '',
];

const SHOWS_ITSELF = [
  'image/png',
  'image/jpeg',
  'image/vnd.microsoft.icon',
  'audio/mpeg',
  'video/mp4',
  'application/ogg',
  'text/plain',
];

const SCRIPTS = [
  'application/ecmascript',
  'application/javascript',
  'application/x-ecmascript',
  'application/x-javascript',
  'text/ecmascript',
  'text/javascript',
  'text/javascript1.0',
  'text/javascript1.5',
  'text/jscript',
  'text/livescript',
  'text/x-ecmascript',
  'text/x-javascript',
  'Text/JavaScript',
];

function directives(mimeType: string): string[] {
  return viewHeaders(mimeType)['content-security-policy']?.split('; ') ?? [];
}

describe('the policy', () => {
  it.each(RUNS_IN_A_BROWSER)('sandboxes %j, without scripts and without our origin', (type) => {
    expect(directives(type)).toContain('sandbox');
    expect(directives(type)).toContain("default-src 'none'");
    expect(directives(type).join()).not.toMatch(/script-src|allow-/);
  });

  it.each(SHOWS_ITSELF)('lets %s be shown, and run nothing', (type) => {
    expect(directives(type)).not.toContain('sandbox');
    expect(directives(type)).toContain("default-src 'none'");
    expect(directives(type).join()).not.toContain('script-src');
  });

  it('leaves PDF to the viewer, which breaks under any policy', () => {
    expect(viewHeaders('application/pdf')).not.toHaveProperty('content-security-policy');
  });
});

it.each([...RUNS_IN_A_BROWSER, ...SHOWS_ITSELF, 'application/pdf'])(
  'no browser guesses another type than %j, and no link hands a signed address on',
  (type) => {
    expect(viewHeaders(type)).toMatchObject({
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cross-origin-resource-policy': 'cross-origin',
    });
  },
);

describe('the type that is sent', () => {
  it.each(SCRIPTS)('is plain text for %s, so that no page can load it as a script', (type) => {
    expect(shownContentType(type)).toBe('text/plain; charset=utf-8');
  });

  it.each([
    ['text/html', 'text/html; charset=utf-8'],
    ['text/csv', 'text/csv; charset=utf-8'],
    ['image/svg+xml', 'image/svg+xml'],
    ['image/png', 'image/png'],
    ['application/json', 'application/json'],
  ])('is for %s: %s', (type, sent) => {
    expect(shownContentType(type)).toBe(sent);
  });
});
