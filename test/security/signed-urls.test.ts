import { createHmac, hkdfSync } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { OPEN_RULES, refusal, store, type FileJson } from '../support/files-api.ts';
import { sign, type SignedJson } from '../support/signing.ts';
import { startApp, TEST_SECRET, type TestApp } from '../support/test-app.ts';

const INVALID = { status: 401, code: 'INVALID_TOKEN' };

let app: TestApp;
let file: FileJson;
let other: FileJson;
let elsewhere: FileJson;
let signed: SignedJson;

beforeAll(async () => {
  const rules = '{ create: "true", download: "auth.id == \'ann\'" }';
  app = await startApp({
    schema: `buckets:
  docs: { backend: local, rules: ${rules} }
  more: { backend: local, rules: ${rules} }
  open: { backend: local, rules: ${OPEN_RULES} }
`,
  });
  file = await store(app, 'docs', 'secret.txt', 'secret');
  other = await store(app, 'docs', 'other.txt', 'other');
  elsewhere = await store(app, 'more', 'secret.txt', 'elsewhere');
  signed = await sign(app, file, '', { as: 'ann' });
});

afterAll(() => app.dispose());

function open(token: string, { bucket, id }: FileJson = file, operation = 'download'): Promise<Response> {
  return app.request(`/api/files/${bucket}/${id}/${operation}?token=${encodeURIComponent(token)}`);
}

type Fields = [bucket: string, file: string, operation: string, expiresAt: number, signer: string | null];

function fieldsOf(token: string): Fields {
  return JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString()) as Fields;
}

function withFields(token: string, change: (fields: Fields) => unknown): string {
  const payload = Buffer.from(JSON.stringify(change(fieldsOf(token)))).toString('base64url');
  return `${payload}.${token.split('.')[1] ?? ''}`;
}

function signedBy(key: string | Buffer, fields: unknown): string {
  const payload = Buffer.from(JSON.stringify(fields)).toString('base64url');
  return `${payload}.${createHmac('sha256', key).update(payload).digest('base64url')}`;
}

const derived = (info: string, salt = '') => Buffer.from(hkdfSync('sha256', TEST_SECRET, salt, info, 32));

describe('a token', () => {
  it('opens what it was made for', async () => {
    expect(await (await open(signed.token)).text()).toBe('secret');
  });

  it('is bound to all that it says', async () => {
    const forged = [
      withFields(signed.token, ([, ...rest]) => ['more', ...rest]),
      withFields(signed.token, ([bucket, , ...rest]) => [bucket, other.id, ...rest]),
      withFields(signed.token, ([bucket, id, , ...rest]) => [bucket, id, 'view', ...rest]),
      withFields(signed.token, ([bucket, id, operation, expiresAt, signer]) => [
        bucket,
        id,
        operation,
        expiresAt + 1,
        signer,
      ]),
      withFields(signed.token, ([bucket, id, operation, expiresAt]) => [
        bucket,
        id,
        operation,
        expiresAt,
        'root',
      ]),
    ];
    for (const token of forged) {
      for (const target of [file, other]) {
        expect(await refusal(await open(token, target))).toMatchObject(INVALID);
        expect(await refusal(await open(token, target, 'view'))).toMatchObject(INVALID);
      }
    }
  });

  it('opens no other file, bucket or operation', async () => {
    expect(await refusal(await open(signed.token, other))).toMatchObject(INVALID);
    expect(await refusal(await open(signed.token, elsewhere))).toMatchObject(INVALID);
    expect(await refusal(await open(signed.token, { ...file, bucket: 'more' }))).toMatchObject(INVALID);
    expect(await refusal(await open(signed.token, { ...file, id: file.id.toUpperCase() }))).toMatchObject(
      INVALID,
    );
    expect(await refusal(await open(signed.token, file, 'view'))).toMatchObject(INVALID);
    const view = await sign(app, file, '?operation=view', { as: 'ann' });
    expect(await refusal(await open(view.token, file, 'download'))).toMatchObject(INVALID);
  });

  it('stands in for no other rule and no other route', async () => {
    const query = `?token=${signed.token}`;
    const path = `/api/files/docs/${file.id}`;
    for (const [method, url] of [
      ['GET', path],
      ['DELETE', path],
      ['GET', `${path}/sign`],
      ['GET', '/api/files/docs'],
    ] as const) {
      const response = await app.request(url + query, { method });
      expect([400, 401]).toContain(response.status);
    }
    const asBearer = await app.request(`${path}/download`, {
      headers: { authorization: `Bearer ${signed.token}` },
    });
    expect(await refusal(asBearer)).toMatchObject(INVALID);
  });

  it('changed in any one character is no token', async () => {
    const { token } = signed;
    for (let at = 0; at < token.length; at += 1) {
      const swapped = token[at] === 'A' ? 'B' : 'A';
      const response = await open(token.slice(0, at) + swapped + token.slice(at + 1));
      if (response.status !== 401) throw new Error(`character ${at} does not matter: ${response.status}`);
      expect(await refusal(response)).toMatchObject(INVALID);
    }
  });

  it.each([
    ['nothing', ''],
    ['a dot', '.'],
    ['no signature', () => signed.token.split('.')[0] ?? ''],
    ['an empty signature', () => `${signed.token.split('.')[0] ?? ''}.`],
    ['half a signature', () => signed.token.slice(0, -10)],
    ['a signature and more', () => `${signed.token}A`],
    ['a signature with padding', () => `${signed.token}=`],
    ['a third part', () => `${signed.token}.A`],
    ['a space', () => ` ${signed.token}`],
    ['letters beyond ASCII', () => signed.token.replace(/.$/, 'é')],
    ['a NUL', () => `${signed.token}\0`],
    ['a very long text', 'A'.repeat(8000)],
    ['an access token', () => app.token('ann')],
    ['a token under the raw secret', () => signedBy(TEST_SECRET, fieldsOf(signed.token))],
    ['a token under another derived key', () => signedBy(derived('another purpose'), fieldsOf(signed.token))],
    ['a token under an empty key', () => signedBy('', fieldsOf(signed.token))],
  ] as const)('is not %s', async (_what, token) => {
    expect(await refusal(await open(typeof token === 'string' ? token : token()))).toMatchObject(INVALID);
  });

  it('is given once', async () => {
    const path = `/api/files/docs/${file.id}/download`;
    for (const query of [
      `?token=${signed.token}&token=${signed.token}`,
      `?token=x&token=${signed.token}`,
      `?token=${signed.token}&token=`,
    ]) {
      expect(await refusal(await app.request(path + query))).toMatchObject(INVALID);
    }
  });

  it('that is not valid is refused even to those who need none', async () => {
    const open = await store(app, 'open', 'open.txt', 'open');
    const response = await app.request(`/api/files/open/${open.id}/download?token=x`);
    expect(await refusal(response)).toMatchObject(INVALID);
  });

  it('does not make up for a bearer that is not valid', async () => {
    const response = await app.request(signed.url, { headers: { authorization: 'Bearer x' } });
    expect(await refusal(response)).toMatchObject(INVALID);
  });

  it('tells nobody without a valid one whether a file exists', async () => {
    const nobody = { ...file, id: '00000000-0000-7000-8000-000000000000' };
    expect(await refusal(await open('x', nobody))).toMatchObject(INVALID);
  });

  it('is in no log line, and no link to it leaks by a referrer', async () => {
    const response = await app.request(signed.url);
    await response.text();
    expect(response.headers.get('referrer-policy')).toBe('no-referrer');
    await open(`${signed.token}x`);
    const [payload = '', signature = ''] = signed.token.split('.');
    const log = app.logLines.join('');
    expect(log).toContain(`/api/files/docs/${file.id}/download`);
    expect(log).not.toContain(payload);
    expect(log).not.toContain(signature);
  });
});

describe('another server’s secret', () => {
  it('opens nothing here', async () => {
    const config = `
server: { port: 0 }
database: { path: ./data/alyx.db }
auth: { jwt: { secret: another-secret-that-is-long-enough-0123456789 } }
storage: { backends: { local: { type: filesystem, path: ./data/storage } }, tus: { path: ./data/uploads } }
`;
    const own = await startApp({
      schema: `buckets: { docs: { backend: local, rules: ${OPEN_RULES} } }`,
      config,
    });
    const stored = await store(own, 'docs', 'a.txt', 'hello');
    const { token } = await sign(own, stored);
    const forged = withFields(token, ([bucket, , ...rest]) => [bucket, file.id, ...rest]);
    for (const foreign of [token, forged]) expect(await refusal(await open(foreign))).toMatchObject(INVALID);
    await own.dispose();
  });
});
