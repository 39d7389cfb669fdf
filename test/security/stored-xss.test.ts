import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openBucket, store } from '../support/files-api.ts';
import { startApp, type TestApp } from '../support/test-app.ts';

let app: TestApp;
beforeAll(async () => (app = await startApp({ schema: openBucket() })));
afterAll(() => app.dispose());

const SCRIPT = '<script>fetch("/api/files/docs")</script>';

/** What a browser would run if it were served as what it is, under the most misleading names. */
const ACTIVE: readonly (readonly [string, string, string | Buffer])[] = [
  ['HTML', 'page.html', `<!doctype html>${SCRIPT}`],
  ['HTML called a picture', 'cat.png', `<html>${SCRIPT}</html>`],
  ['HTML called text', 'notes.txt', `<html>${SCRIPT}</html>`],
  ['a fragment of HTML', 'x', `<img src=x onerror=alert(1)>`],
  ['HTML behind a comment', 'x.txt', `<!-- hello -->${SCRIPT}`],
  [
    'HTML in UTF-16',
    'x.txt',
    Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(`<html>${SCRIPT}`, 'utf16le')]),
  ],
  ['SVG', 'logo.svg', `<svg xmlns="http://www.w3.org/2000/svg">${SCRIPT}</svg>`],
  [
    'SVG called a JPEG',
    'logo.jpg',
    `<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>`,
  ],
  ['XHTML', 'x.xml', `<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml">${SCRIPT}</html>`],
  ['XML with a stylesheet', 'x.xml', `<?xml version="1.0"?><?xml-stylesheet type="text/xsl" href="#x"?><a/>`],
];

describe('what somebody uploaded, shown on our own origin', () => {
  it.each(ACTIVE)('%s runs nothing: sandboxed, and never sniffed', async (_, name, content) => {
    const { id } = await store(app, 'docs', `${crypto.randomUUID()}-${name}`, content);
    for (const path of ['view', 'download']) {
      const { headers } = await app.request(`/api/files/docs/${id}/${path}`);
      const policy = String(headers.get('content-security-policy'));
      expect(policy.split('; ')).toContain('sandbox');
      expect(policy).toContain("default-src 'none'");
      expect(policy).not.toMatch(/allow-scripts|allow-same-origin|script-src/);
      expect(headers.get('x-content-type-options')).toBe('nosniff');
    }
  });

  it('a script is sent as text, so that no page of ours can load it', async () => {
    const { id, mime_type } = await store(app, 'docs', 'worker.js', 'self.onfetch = () => {}');
    expect(mime_type).toBe('text/javascript');
    const { headers } = await app.request(`/api/files/docs/${id}/view`);
    expect(headers.get('content-type')).toBe('text/plain; charset=utf-8');
  });

  it('the type is never the one that the client claims', async () => {
    const options = { headers: { 'content-type': 'text/html' } };
    const { id, mime_type } = await store(app, 'docs', 'claim', 'plain words', options);
    expect(mime_type).toBe('text/plain');
    const { headers } = await app.request(`/api/files/docs/${id}/view`);
    expect(headers.get('content-type')).toBe('text/plain; charset=utf-8');
  });

  it('keeps its policy on partial and unchanged answers', async () => {
    const { id } = await store(app, 'docs', 'partial.html', `<!doctype html>${SCRIPT}`);
    const path = `/api/files/docs/${id}/view`;
    const part = await app.request(path, { headers: { range: 'bytes=0-9' } });
    expect(part.status).toBe(206);
    const unchanged = await app.request(path, {
      headers: { 'if-none-match': String(part.headers.get('etag')) },
    });
    expect(unchanged.status).toBe(304);
    for (const { headers } of [part, unchanged])
      expect(headers.get('content-security-policy')).toContain('sandbox');
  });

  it('errors are JSON, whatever markup is in the request', async () => {
    const response = await app.request('/api/files/%3Cscript%3Ealert(1)%3C%2Fscript%3E');
    expect(response.headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
  });
});
