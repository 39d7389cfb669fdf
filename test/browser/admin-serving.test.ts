import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startApp, type TestApp } from '../support/test-app.ts';
import { SCHEMA } from './admin-ui.ts';

const BUNDLE = join(import.meta.dirname, '../../dist/admin-ui');

let app: TestApp;
beforeAll(async () => {
  app = await startApp({ schema: SCHEMA, env: { ALYX_ADMIN_UI_PATH: '/back/office' } });
});
afterAll(() => app.dispose());

describe('the admin UI', () => {
  it('lies where admin_ui.path says, and a missing slash is added', async () => {
    const bare = await fetch(`${app.url}/back/office`, { redirect: 'manual' });
    expect([bare.status, bare.headers.get('location')]).toEqual([308, '/back/office/']);
    expect((await fetch(`${app.url}/back/office/`)).status).toBe(200);
    expect((await fetch(`${app.url}/_admin/`)).status).toBe(404);
  });

  it('lets nothing inline or foreign in, and no frame around it', async () => {
    const { headers } = await fetch(`${app.url}/back/office/`);
    const policy = headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'; script-src 'self'; style-src 'self';");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toMatch(/unsafe|\*|https?:/);
    expect(headers.get('cache-control')).toBe('no-cache');
  });

  it('has assets that never change under their names, and serves nothing else', async () => {
    const page = await (await fetch(`${app.url}/back/office/`)).text();
    const script = /src="\.\/(assets\/[^"]+\.js)"/.exec(page)?.[1] ?? '';
    const asset = await fetch(`${app.url}/back/office/${script}`);
    expect([asset.status, asset.headers.get('cache-control')]).toEqual([
      200,
      'public, max-age=31536000, immutable',
    ]);
    for (const path of [
      'assets/none.js',
      'assets/..%2f..%2fmain.js',
      'assets/%2e%2e%2f%2e%2e%2f%2e%2e%2fpackage.json',
    ]) {
      expect((await fetch(`${app.url}/back/office/${path}`)).status).toBe(404);
    }
  });

  it('weighs less than 300 kB as it travels', () => {
    const files = readdirSync(BUNDLE, { recursive: true, withFileTypes: true }).filter((entry) =>
      entry.isFile(),
    );
    const sizes = files.map(({ parentPath, name }) => gzipSync(readFileSync(join(parentPath, name))).length);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(300_000);
  });
});
