import { join } from 'node:path';
import Database from 'better-sqlite3';
import { beforeAll, describe, expect, it } from 'vitest';
import { png } from '../support/png.ts';
import { film, pdf, wav } from './media.ts';
import { ADMIN, unique, useAdminUi } from './admin-ui.ts';

const ui = useAdminUi();
const MANY = 100_000;
const SLOW = { timeout: 20_000 };

const put = (bucket: string, name: string, body: BodyInit) =>
  ui.api(`/api/files/${bucket}?name=${encodeURIComponent(name)}`, { method: 'PUT', body }) as Promise<{
    id: string;
  }>;

beforeAll(async () => {
  await put('documents', 'report.csv', 'region,revenue\nnorth,12\nsouth,9\n');
  await put('documents', 'page.html', '<h1>Hello</h1><script>document.title = "taken over"</script>');
  const { id } = await put('pictures', 'sea.png', new Uint8Array(png(120, 80)));
  // As many rows as a big bucket has; their bytes are those of the picture.
  const database = new Database(join(ui.app.folder, 'data/alyx.db'));
  database
    .prepare(
      `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)
       INSERT INTO _alyx_files (id, bucket, name, path, mime_type, size, checksum, backend, object_key, codec,
                                stored_size, metadata, owner_id, version, bytes_missing, created_at, updated_at)
       SELECT printf('%s%012x', substr(id, 1, 24), i), bucket, printf('many-%06d.png', i), printf('many-%06d.png', i),
              mime_type, size, checksum, backend, object_key, codec, stored_size, metadata, owner_id, version,
              bytes_missing, created_at - i, updated_at FROM _alyx_files, n WHERE id = ?`,
    )
    .run(MANY, id);
  database.close();
});

describe('the explorer', () => {
  it('pages through 100,000 files without holding more than a screenful of them', async () => {
    const page = await ui.logIn('#/buckets/pictures?sort=name');
    await page.getByText('100,001 files').waitFor();
    await page.getByRole('button', { name: 'many-000001.png' }).waitFor();
    const scroller = page.locator('.file-scroller');
    await scroller.evaluate((element) => element.scrollTo(0, element.scrollHeight));
    await page.getByRole('button', { name: 'sea.png' }).waitFor();
    await scroller.evaluate((element) => element.scrollTo(0, element.scrollHeight / 2));
    await page.getByRole('button', { name: 'many-050000.png' }).waitFor();
    expect(await page.locator('.file-table tbody tr').count()).toBeLessThan(80);

    await page.getByRole('button', { name: 'Grid' }).click();
    await page.locator('.file-card img').nth(5).waitFor();
    expect(await page.locator('.file-card').count()).toBeLessThan(200);
  });

  it.each([
    ['on a desk', { width: 1280, height: 800 }],
    ['on a phone', { width: 375, height: 720 }],
  ])('gives the names of a long list what its other columns leave, %s', async (_, viewport) => {
    const page = await ui.logIn('#/buckets/pictures?sort=name', { viewport });
    const gap = async () => {
      const widths = await page
        .locator('.file-table th')
        .evaluateAll((headers) => headers.map((header) => header.getBoundingClientRect().width));
      const shown = widths.reduce((sum, width) => sum + width, 0);
      return shown - (await page.locator('.file-scroller').evaluate((element) => element.clientWidth));
    };
    const file = page.getByRole('button', { name: 'many-000001.png' });
    await file.waitFor();
    expect(await gap()).toBe(0);
    await file.press('Enter');
    await page.getByText('SHA-256').waitFor();
    expect(await gap()).toBe(0);
    await page.locator('.file-scroller').evaluate((element) => element.scrollTo(0, element.scrollHeight / 2));
    await page.getByRole('button', { name: 'many-050000.png' }).waitFor();
    expect(await gap()).toBe(0);
  });

  it('keeps the tile in sight whose details make the grid narrower', async () => {
    const page = await ui.logIn('#/buckets/pictures?sort=name');
    await page.getByRole('button', { name: 'Grid' }).click();
    await page.locator('.file-card img').first().waitFor();
    const scroller = page.locator('.file-scroller');
    await scroller.evaluate((element) => element.scrollTo(0, 190 * 100));
    const tile = page.locator('.file-card-open', { hasText: 'many-000511.png' });
    const columns = () =>
      page
        .locator('.file-grid')
        .evaluate((grid) => getComputedStyle(grid).gridTemplateColumns.split(' ').length);
    const isInSight = async () => {
      const [inner, outer] = [await tile.boundingBox(), await scroller.boundingBox()];
      if (inner === null || outer === null) return false;
      return inner.y >= outer.y && inner.y + inner.height <= outer.y + outer.height;
    };
    const wide = await columns();
    await tile.press('Enter');
    await expect.poll(columns).toBeLessThan(wide);
    await expect.poll(isInSight).toBe(true);
    await page.keyboard.press('Escape');
    await expect.poll(columns).toBe(wide);
    await expect.poll(isInSight).toBe(true);
    expect(await tile.evaluate((element) => element === document.activeElement)).toBe(true);
  });

  it('finds by name, narrows by type and sorts', async () => {
    const page = await ui.logIn('#/buckets/pictures');
    await page.getByLabel('Search files by name').fill('many-09999');
    await page.getByText('10 matches').waitFor();
    await page.getByLabel('Order').selectOption('-name');
    await expect.poll(() => page.locator('.file-open').first().innerText()).toBe('many-099999.png');
    await page.getByRole('columnheader', { name: 'Name' }).getByRole('button').click();
    await expect.poll(() => page.locator('.file-open').first().innerText()).toBe('many-099990.png');
    await page.getByLabel('Type').selectOption('video/*');
    await page.getByText('No file matches').waitFor();
  });

  it('leaves the focus where it is when it is sorted, and begins at its top', async () => {
    const page = await ui.logIn('#/buckets/pictures?sort=name');
    await page.getByRole('button', { name: 'many-000001.png' }).waitFor();
    const scroller = page.locator('.file-scroller');
    await scroller.evaluate((element) => element.scrollTo(0, 5000));
    const sort = page.getByRole('columnheader', { name: 'Name' }).getByRole('button');
    await sort.press('Enter');
    await page.getByRole('button', { name: 'sea.png' }).waitFor();
    expect(await scroller.evaluate(({ scrollTop }) => scrollTop)).toBe(0);
    expect(await sort.evaluate((element) => element === document.activeElement)).toBe(true);
  });

  it('goes from file to file by arrow keys, and selects by space', async () => {
    const page = await ui.logIn('#/buckets/pictures?sort=name');
    await page.getByRole('button', { name: 'many-000001.png' }).focus();
    const focused = () => page.evaluate(() => document.activeElement?.textContent);
    // Faster than any frame comes.
    const press = (...keys: string[]) =>
      page.evaluate((pressed) => {
        for (const key of pressed) {
          const event = new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true });
          document.activeElement?.dispatchEvent(event);
        }
      }, keys);
    await press(...Array.from({ length: 60 }, () => 'ArrowDown'));
    expect(await focused()).toBe('many-000061.png');
    // What is to be selected has to be loaded first.
    await press('End', ' ', 'ArrowUp', 'ArrowUp', ' ');
    await page.getByText('2 files selected').waitFor();
    expect(await focused()).toBe('many-099999.png');
  });

  it('goes on by screenfuls, and to the file that had the focus after scrolling away from it', async () => {
    const page = await ui.logIn('#/buckets/pictures?sort=name');
    await page.getByRole('button', { name: 'many-000001.png' }).focus();
    const focused = () => page.evaluate(() => document.activeElement?.textContent);
    const scroller = page.locator('.file-scroller');
    const rows = Math.floor((await scroller.evaluate(({ clientHeight }) => clientHeight)) / 40) - 2;
    await page.keyboard.press('PageDown');
    await page.keyboard.press('PageDown');
    const name = `many-${String(1 + 2 * rows).padStart(6, '0')}.png`;
    await expect.poll(focused).toBe(name);
    await scroller.evaluate((element) => element.scrollTo(0, element.scrollHeight / 2));
    await page.getByRole('button', { name: 'many-050000.png' }).waitFor();
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name }).waitFor();
    await page.keyboard.press('Escape');
    await expect.poll(focused).toBe(name);
    await page.keyboard.press('PageUp');
    await page.keyboard.press('PageUp');
    await expect.poll(focused).toBe('many-000001.png');
  });
});

describe('a file', () => {
  it('is shown with its text, checksum and size, and served pages stay powerless', async () => {
    const page = await ui.logIn('#/buckets/documents');
    await page.getByRole('button', { name: 'report.csv', exact: true }).click();
    const details = page.getByRole('dialog', { name: 'File details' });
    await details.getByText('region,revenue').waitFor();
    await details.getByText('text/csv').waitFor();
    await details.getByRole('button', { name: 'Copy checksum' }).waitFor();
    await details.getByText('No record refers to this file.').waitFor();

    await page.getByRole('button', { name: 'page.html', exact: true }).click();
    await details.getByText('<h1>Hello</h1>').waitFor();
    expect(await page.title()).toBe('documents · Alyx');
  });

  it('leads to its owner by email, unless a token was made for somebody without an account', async () => {
    const { id } = await put('documents', unique('owned'), 'of an account');
    const answer = await ui.app.request(`/api/files/documents?name=${unique('token')}`, {
      method: 'PUT',
      body: 'of a token',
      as: 'a/script',
    });
    const byToken = (await answer.json()) as { id: string };
    const page = await ui.logIn(`#/buckets/documents?file=${id}`);
    const details = page.getByRole('dialog', { name: 'File details' });
    await details.getByRole('link', { name: ADMIN }).waitFor();
    await page.evaluate((to) => location.assign(to), `#/buckets/documents?file=${byToken.id}`);
    await details.getByText('(no account)').waitFor();
    await details.getByText('a/script', { exact: true }).waitFor();
    expect(await details.getByRole('link').count()).toBe(0);
  });

  it('shows pictures from their own address', async () => {
    const page = await ui.logIn('#/buckets/pictures?search=sea');
    await page.getByRole('button', { name: 'sea.png', exact: true }).click();
    const image = page.getByRole('img', { name: 'sea.png' });
    await expect.poll(() => image.evaluate((element: HTMLImageElement) => element.naturalWidth)).toBe(120);
  });

  it('is previewed as film, sound and document', async () => {
    const page = await ui.logIn('#/buckets/documents');
    const show = async (name: string, bytes: Uint8Array<ArrayBuffer>) => {
      const { id } = await put('documents', unique(name), bytes);
      await page.evaluate((to) => location.assign(to), `#/buckets/documents?file=${id}`);
    };
    await show('film', await film(page));
    await expect
      .poll(() => page.locator('video').evaluate((video: HTMLVideoElement) => video.videoWidth), SLOW)
      .toBe(64);
    await show('sound', wav(1));
    await expect
      .poll(() => page.locator('audio').evaluate((audio: HTMLAudioElement) => audio.duration), SLOW)
      .toBe(1);
    await show('document', pdf());
    await page.locator('.preview iframe').waitFor();
    const viewed = () => page.frames().map((frame) => frame.url());
    await expect.poll(viewed, SLOW).toContainEqual(expect.stringMatching(/\/view\?/));
  });

  it('is renamed, and gets metadata and rules of its own', async () => {
    const { id } = await put('documents', unique('draft'), 'a draft');
    const page = await ui.logIn(`#/buckets/documents?file=${id}`);
    await page.getByRole('button', { name: 'Edit', exact: true }).click();
    const form = page.getByRole('dialog', { name: 'Edit file' });
    await form.getByLabel('Name').fill('final.txt');
    await form.getByLabel('Metadata').fill('{ "reviewed": true }');
    await form.getByLabel('read', { exact: true }).fill('auth.nobody ==');
    await form.getByRole('button', { name: 'Save' }).click();
    await form.getByRole('alert').waitFor();
    await form.getByLabel('read', { exact: true }).fill('auth.id != null');
    await form.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('heading', { name: 'final.txt' }).waitFor();
    expect(await ui.api(`/api/files/documents/${id}`)).toMatchObject({
      name: 'final.txt',
      metadata: { reviewed: true, rules: { read: 'auth.id != null' } },
    });
  });

  it('gets a link that works without logging in, for as long as one chooses', async () => {
    const { id } = await put('documents', unique('shared'), 'for everybody with the link');
    const page = await ui.logIn(`#/buckets/documents?file=${id}`);
    await page.getByRole('button', { name: 'Copy link' }).click();
    const dialog = page.getByRole('dialog', { name: /^Link to/ });
    await dialog.getByLabel('It works for').selectOption('another time…');
    await dialog.getByLabel('Time', { exact: true }).fill('300d');
    await dialog.getByRole('button', { name: 'Create link' }).click();
    await dialog.getByRole('alert').waitFor();
    await dialog.getByLabel('It works for').selectOption('1 day');
    await dialog.getByRole('button', { name: 'Create link' }).click();
    const url = await dialog.getByLabel('Link', { exact: true }).inputValue();
    expect(await (await fetch(url)).text()).toBe('for everybody with the link');
  });

  it('is downloaded under its name', async () => {
    const name = `${unique('to keep ')}.txt`;
    const { id } = await put('documents', name, 'kept');
    const page = await ui.logIn(`#/buckets/documents?file=${id}`);
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Download' }).click(),
    ]);
    expect(download.suggestedFilename()).toBe(name);
  });

  it('is deleted after a question; one that a record shows is kept, and it is said why', async () => {
    const prefix = unique('zz-');
    const free = await put('pictures', `${prefix}-free.png`, new Uint8Array(png(8, 8, 10)));
    const used = await put('pictures', `${prefix}-used.png`, new Uint8Array(png(8, 8, 50)));
    await ui.api('/api/collections/posts', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ title: 'Shows it', cover: used.id }),
    });
    const page = await ui.logIn(`#/buckets/pictures?search=${prefix}-`);
    await page.getByLabel('Select all files').check();
    await page.getByRole('button', { name: 'Delete', exact: true }).click();
    await page
      .getByRole('dialog', { name: 'Delete 2 files?' })
      .getByRole('button', { name: 'Delete' })
      .click();
    const report = page.getByRole('dialog', { name: '1 file could not be deleted' });
    await report.getByText(`${prefix}-used.png`, { exact: true }).waitFor();
    expect(await report.getByRole('button', { name: 'Cancel' }).count()).toBe(0);
    await report.getByRole('button', { name: 'Understood' }).click();
    await page.getByText('1 match', { exact: true }).waitFor();
    await expect(ui.api(`/api/files/pictures/${free.id}`)).rejects.toThrow('404');
  });
});
