import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import { setUp, PASSWORD } from '../support/accounts-api.ts';
import { launchBrowser } from '../support/browser.ts';
import { HttpRelay } from '../support/http-relay.ts';
import { startApp, type TestApp } from '../support/test-app.ts';

export const ADMIN = 'root@example.com';

export const SCHEMA = `
buckets:
  pictures:
    backend: local
    max_file_size: 5MiB
    allowed_types: [image/*]
    rules: { create: "auth.id != null", read: "true", download: "true", update: "auth.id == file.owner_id" }
  documents:
    backend: local
    max_file_size: 200MiB
    max_total_size: 1GiB
    compression: zstd
    file_security: true
    rules: { create: "auth.id != null", read: "auth.id == file.owner_id", download: "auth.id == file.owner_id" }
  tight:
    backend: local
    max_total_size: 1KiB
collections:
  posts:
    fields:
      id: { type: uuid, primary: true, default: auto }
      title: { type: string, minLength: 1, maxLength: 20 }
      body: { type: text, nullable: true }
      status: { type: select, select: { values: [draft, published], maxSelect: 1 }, default: draft }
      tags: { type: select, nullable: true, select: { values: [news, food, tech], maxSelect: 2 } }
      category: { type: relation, nullable: true, relation: { collection: categories } }
      featured: { type: bool, default: false }
      rating: { type: float, nullable: true, validate: { min: 0, max: 5 } }
      views: { type: int, default: 0 }
      contact: { type: email, nullable: true }
      website: { type: url, nullable: true }
      publish_on: { type: date, nullable: true }
      starts_at: { type: timestamp, nullable: true }
      extra: { type: json, nullable: true }
      page: { type: richtext, nullable: true }
      raw: { type: blob, nullable: true }
      cover: { type: file, nullable: true, file: { bucket: pictures } }
      gallery: { type: "file[]", nullable: true, file: { bucket: pictures, max_size: 1MiB, max_files: 3 } }
      updated_at: { type: timestamp, default: now, onUpdate: now }
    rules: { create: "auth.id != null", read: "true", update: "auth.role == 'editor'" }
  categories:
    fields:
      id: { type: uuid, primary: true, default: auto }
      name: { type: string, unique: true }
    rules: { read: "true" }
`;

export interface AdminUi {
  readonly app: TestApp;
  readonly browser: Browser;
  /** Between the browser and the server. */
  readonly relay: HttpRelay;
  /** A page that is not logged in, of another server if one is named. */
  open(options?: BrowserContextOptions, server?: string): Promise<Page>;
  /** A page of the first admin, at `#/…`. */
  logIn(hash?: string, options?: BrowserContextOptions): Promise<Page>;
  /** What the API answers the admin. */
  api(path: string, init?: RequestInit): Promise<unknown>;
}

/** Statuses that a test expects the server to answer with; a browser writes each into its console. */
const EXPECTED = /Failed to load resource|net::ERR_/;

let given = 0;

/** A name that was not given before: a test that is tried again must not meet what its first attempt left. */
export function unique(name: string): string {
  given += 1;
  return `${name}${given}`;
}

/** A server with an admin and a browser for a file of tests. Whatever a page complains about fails the test. */
export function useAdminUi(): AdminUi {
  let app: TestApp;
  let browser: Browser;
  let relay: HttpRelay;
  let adminId = '';
  const complaints: string[] = [];

  beforeAll(async () => {
    app = await startApp({ schema: SCHEMA });
    relay = await HttpRelay.start(app.url);
    browser = await launchBrowser();
    adminId = (await setUp(app, ADMIN)).user.id;
  });
  afterEach(async () => {
    await Promise.all(browser.contexts().map((context) => context.close()));
    expect(complaints.splice(0)).toEqual([]);
  });
  afterAll(async () => {
    await browser.close();
    await relay.stop();
    await app.dispose();
  });

  const open = async (settings: BrowserContextOptions = {}, server = relay.url) => {
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...settings });
    const page = await context.newPage();
    page.setDefaultTimeout(30_000);
    page.on('pageerror', (error) => complaints.push(error.stack ?? error.message));
    page.on('console', (message) => {
      if (message.type() === 'error' && !EXPECTED.test(message.text())) complaints.push(message.text());
    });
    page.on('request', (request) => {
      const { protocol, origin } = new URL(request.url());
      if (protocol === 'http:' && origin !== server) complaints.push(`a foreign request: ${request.url()}`);
    });
    await page.goto(`${server}/_admin/`);
    return page;
  };
  return {
    get app() {
      return app;
    },
    get browser() {
      return browser;
    },
    get relay() {
      return relay;
    },
    open,
    async logIn(hash = '#/', settings = {}) {
      const page = await open(settings);
      await fillLogin(page);
      await page.evaluate((to) => location.assign(to), hash);
      return page;
    },
    async api(path, init = {}) {
      const response = await app.request(path, { ...init, as: adminId, role: 'admin' });
      const text = await response.text();
      if (!response.ok) throw new Error(`${path}: ${response.status} ${text}`);
      return text === '' ? null : (JSON.parse(text) as unknown);
    },
  };
}

export async function fillLogin(page: Page): Promise<void> {
  await page.getByLabel('Email').fill(ADMIN);
  await page.getByLabel('Password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Log in' }).click();
  await page.getByRole('heading', { name: 'Overview' }).waitFor();
}
