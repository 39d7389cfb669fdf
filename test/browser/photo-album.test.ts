import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { launchBrowser } from '../support/browser.ts';
import { png } from '../support/png.ts';
import { makeTempFolder } from '../support/temp-folder.ts';
import { startPhotoAlbum, type PhotoAlbum } from './photo-album.ts';

const MIB = 1024 * 1024;
const PASSWORD = 'correct horse battery';

const folder = makeTempFolder();
let album: PhotoAlbum;
let browser: Browser;
let context: BrowserContext;
let page: Page;
let mistakes: string[];
let users = 0;
beforeAll(async () => {
  album = await startPhotoAlbum();
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser.close();
  await album.dispose();
  folder.remove();
});
beforeEach(async () => {
  context = await browser.newContext({ viewport: { width: 1100, height: 750 } });
  page = await context.newPage();
  mistakes = [];
  page.on('pageerror', (error) => mistakes.push(error.message));
  await page.goto(album.url);
});
afterEach(async () => {
  album.relay.intercept = () => false;
  await context.close();
  expect(mistakes).toEqual([]);
});

async function register(): Promise<string> {
  const email = `ada${(users += 1)}@example.com`;
  await page.getByLabel('E-mail').fill(email);
  await page.getByLabel('Password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Create an account' }).click();
  await page.getByText('Nothing here yet').waitFor();
  return email;
}

/** By way of a file: a browser is slow to be told bytes, and quick to read them. Without bytes, the file as it is. */
async function choose(name: string, bytes?: Buffer): Promise<void> {
  const path = join(folder.path, name);
  if (bytes !== undefined) writeFileSync(path, bytes);
  await page.locator('input[type=file]').setInputFiles(path);
}
const tile = (title: string) => page.getByRole('button', { name: `Show ${title}` });
const upload = (name: string) =>
  page.getByRole('list', { name: 'Uploads' }).getByRole('listitem').filter({ hasText: name });

/** A picture that goes in two chunks: what comes after a picture's end is nobody's business. */
function largePicture(): Buffer {
  const bytes = Buffer.alloc(9 * MIB);
  png(64, 48, 30).copy(bytes);
  return bytes;
}

describe('the photo album', () => {
  it('registers, uploads, shows, and deletes', async () => {
    await register();
    await choose('beach.png', png(640, 480));
    await tile('beach.png').waitFor();
    await choose('sunset.png', png(640, 480, 20));
    await tile('sunset.png').waitFor();
    expect(await upload('').count()).toBe(0);

    const image = tile('beach.png').locator('img');
    const width = () => image.evaluate((img) => (img as HTMLImageElement).naturalWidth);
    await expect.poll(width, { timeout: 20_000 }).toBe(640);
    await tile('beach.png').click();
    const dialog = page.getByRole('dialog', { name: 'beach.png' });
    await dialog.getByText('image/png').waitFor();
    const arriving = page.waitForEvent('download');
    await dialog.getByRole('link', { name: 'Download' }).click();
    expect((await arriving).suggestedFilename()).toBe('beach.png');
    await dialog.getByRole('button', { name: 'Close' }).click();

    await page.reload();
    await tile('sunset.png').waitFor();
    await page.getByRole('button', { name: 'Delete beach.png' }).click();
    await tile('beach.png').waitFor({ state: 'detached' });
    await page.reload();
    await tile('sunset.png').waitFor();
    expect(await tile('beach.png').count()).toBe(0);
  });

  it('shows each their own pictures only', async () => {
    await register();
    await choose('mine.png', png(64, 48));
    await tile('mine.png').waitFor();
    await page.getByRole('button', { name: 'Log out' }).click();
    await register();
    expect(await tile('mine.png').count()).toBe(0);
  });

  it('says what is wrong', async () => {
    const email = await register();
    await choose('letter.pdf', Buffer.from('%PDF-1.7'));
    await upload('letter.pdf').getByText('takes only image/*').waitFor();
    await upload('letter.pdf').getByRole('button', { name: 'Dismiss' }).click();
    await page.getByRole('button', { name: 'Log out' }).click();
    await page.getByLabel('E-mail').fill(email);
    await page.getByLabel('Password').fill('wrong');
    await page.getByRole('button', { name: 'Log in' }).click();
    await page.getByRole('alert').getByText('wrong').waitFor();
    await page.getByLabel('Password').fill(PASSWORD);
    await page.getByRole('button', { name: 'Log in' }).click();
    await page.getByText('Nothing here yet').waitFor();
  });

  it('uploads large pictures in chunks, which pause, go on, and are given up', async () => {
    await register();
    const held = holdChunks();
    await choose('large.png', largePicture());
    await held.one();
    await upload('large.png')
      .getByText(/^\d+ %$/)
      .waitFor();
    await upload('large.png').getByRole('button', { name: 'Pause' }).click();
    held.release();
    await upload('large.png').getByRole('button', { name: 'Resume' }).click();
    await tile('large.png').waitFor();

    const again = holdChunks();
    await choose('unwanted.png', largePicture());
    await again.one();
    const taken = page.waitForResponse((response) => response.request().method() === 'DELETE');
    await upload('unwanted.png').getByRole('button', { name: 'Cancel' }).click();
    expect((await taken).status()).toBe(204);
    await upload('unwanted.png').waitFor({ state: 'detached' });
    again.release();
  });

  it('goes on with an upload where the page was closed in the middle', async () => {
    await register();
    const held = holdChunks();
    await choose('interrupted.png', largePicture());
    await held.one();
    held.release();
    await page.reload();
    await page.getByText('Nothing here yet').waitFor();

    const seen: string[] = [];
    album.relay.intercept = ({ method, url, headers }) => {
      const offset = String(headers['upload-offset'] ?? '');
      if (url?.includes('/tus') === true && method !== 'OPTIONS')
        seen.push(`${String(method)} ${offset}`.trim());
      return false;
    };
    await choose('interrupted.png');
    await tile('interrupted.png').waitFor();
    expect(seen).toEqual(['HEAD', `PATCH ${5 * MIB}`]);
  });
});

/** Lets the first chunk of an upload pass; the server hears nothing of those after it. */
function holdChunks(): { one(): Promise<void>; release(): void } {
  const { relay } = album;
  let arrived: () => void = () => undefined;
  const first = new Promise<void>((resolve) => (arrived = resolve));
  relay.intercept = ({ method, headers }) => {
    if (method !== 'PATCH' || headers['upload-offset'] === '0') return false;
    arrived();
    return true;
  };
  return { one: () => first, release: () => void (relay.intercept = () => false) };
}
