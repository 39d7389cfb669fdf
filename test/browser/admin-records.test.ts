import type { Locator, Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { png } from '../support/png.ts';
import { unique, useAdminUi } from './admin-ui.ts';

const ui = useAdminUi();
const post = (collection: string, body: unknown) =>
  ui.api(`/api/collections/${collection}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  }) as Promise<{ id: string }>;
const picture = (name: string, hue: number) => ({ name, mimeType: 'image/png', buffer: png(64, 48, hue) });
const isFocused = (button: Locator) => button.evaluate((element) => element === document.activeElement);
const field = (page: Page, name: string) => page.getByRole('group', { name, exact: true });

beforeAll(async () => {
  const { id: category } = await post('categories', { name: 'Travel' });
  for (let index = 1; index <= 60; index += 1) {
    await post('posts', { title: `Post ${String(index).padStart(2, '0')}`, views: index, category });
  }
});

describe('a collection', () => {
  it('is searched, filtered, sorted and paged', async () => {
    const page = await ui.logIn('#/collections/posts?sort=title');
    await page.getByText('1–50 of 60').waitFor();
    await page.getByRole('button', { name: 'Next page' }).click();
    await page.getByRole('button', { name: 'Post 60' }).waitFor();
    await page.getByRole('button', { name: 'Filter', exact: true }).click();
    const dialog = page.getByRole('dialog', { name: 'Add a filter' });
    await dialog.getByLabel('Field').selectOption('views');
    await dialog.getByLabel('Condition').selectOption('is at least');
    await dialog.getByLabel('Value').fill('58');
    await dialog.getByRole('button', { name: 'Add' }).click();
    await page.getByText('3 matches').waitFor();
    await page.getByRole('columnheader', { name: 'views' }).getByRole('button').click();
    await page.getByRole('columnheader', { name: 'views' }).getByRole('button').click();
    await expect.poll(() => page.locator('.record-open').first().innerText()).toBe('Post 60');
    await page.getByRole('button', { name: 'Remove filter views is at least 58' }).click();
    await page.getByLabel('Search posts').fill('Post 07');
    await page.getByText('1 match', { exact: true }).waitFor();
  });

  it('leaves the focus where it is when it is sorted and paged, and begins at its top', async () => {
    const page = await ui.logIn('#/collections/posts');
    const first = page.locator('.record-open').first();
    const sort = page.getByRole('columnheader', { name: 'title' }).getByRole('button');
    await sort.press('Enter');
    await expect.poll(() => first.innerText()).toBe('Post 01');
    expect(await isFocused(sort)).toBe(true);
    for (const [name, title] of [
      ['Next page', 'Post 51'],
      ['Previous page', 'Post 01'],
    ] as const) {
      const button = page.getByRole('button', { name });
      await page.locator('.record-open').last().scrollIntoViewIfNeeded();
      await button.press('Enter');
      await expect.poll(() => first.innerText()).toBe(title);
      expect(await isFocused(button)).toBe(true);
      await expect
        .poll(() => page.locator('.record-scroller').evaluate(({ scrollTop }) => scrollTop))
        .toBe(0);
    }
  });
});

describe('a record', () => {
  it('has words for what its row shows as pictures', async () => {
    const name = `${unique('cover')}.png`;
    const { id } = (await ui.api(`/api/files/pictures?name=${name}`, {
      method: 'PUT',
      body: new Uint8Array(png(16, 16, 250)),
    })) as { id: string };
    const title = unique('Illustrated ');
    await post('posts', { title, cover: id, featured: true });
    const page = await ui.logIn(`#/collections/posts?search=${encodeURIComponent(title)}`);
    const row = page.getByRole('row', { name: title });
    await row.getByRole('cell', { name, exact: true }).waitFor();
    await row.getByRole('cell', { name: 'yes', exact: true }).waitFor();
  });

  it('is created with an input for every type of field, and its mistakes are shown where they are', async () => {
    const page = await ui.logIn('#/collections/posts?record=new');
    const title = unique('Everything ');
    const form = page.getByRole('dialog', { name: 'New record in posts' });
    await form.getByLabel('title').fill('A title that is far too long for this field');
    await form.getByLabel('body').fill('Two\nlines');
    await form.getByLabel('status').selectOption('published');
    await form.getByLabel('news').check();
    await form.getByLabel('food').check();
    expect(await form.getByLabel('tech').isDisabled()).toBe(true);
    await form.getByRole('button', { name: /^category/ }).click();
    await page.getByRole('dialog', { name: 'Choose from categories' }).getByText('Travel').click();
    await form.getByLabel('featured').check();
    await form.getByLabel('rating').fill('4.5');
    await form.getByLabel('views').fill('7');
    await form.getByLabel('contact').fill('ada@example.com');
    await form.getByLabel('website').fill('https://example.com/');
    await form.getByLabel('publish_on').fill('2026-12-24');
    await form.getByLabel('starts_at').fill('2026-12-24T18:30:00.000');
    await form.getByLabel('extra').fill('{ not json');
    await form.getByLabel('page').fill('<p>rich</p>');
    await form
      .locator('input[type=file]')
      .first()
      .setInputFiles({
        name: 'raw.bin',
        mimeType: 'application/octet-stream',
        buffer: Buffer.from([1, 2, 3]),
      });
    await form.getByRole('button', { name: 'Create' }).click();
    await form.getByText('This is not valid JSON.').waitFor();
    await form.getByLabel('extra').fill('{ "deep": [1, 2] }');
    await form.getByRole('button', { name: 'Create' }).click();
    await form.getByText(/must have at most 20 characters/i).waitFor();
    await form.getByLabel('title').fill(title);
    await form.getByRole('button', { name: 'Create' }).click();
    await page.getByText('Record created.').waitFor();
    const { docs } = (await ui.api(`/api/collections/posts?filter=title:eq:${title}`)) as {
      docs: unknown[];
    };
    expect(docs).toMatchObject([
      {
        body: 'Two\nlines',
        status: 'published',
        tags: ['news', 'food'],
        featured: true,
        rating: 4.5,
        views: 7,
        publish_on: '2026-12-24',
        extra: { deep: [1, 2] },
        page: '<p>rich</p>',
        raw: 'AQID',
      },
    ]);
  });

  it('gets its files by upload and from the bucket, in an order of its own, within the limits', async () => {
    const { id } = await post('posts', { title: 'With pictures' });
    const named = (name: string) => `${unique('picture')}-${name}`;
    const [one, two, existing] = [named('one.png'), named('two.png'), named('there.png')];
    await ui.api(`/api/files/pictures?name=${existing}`, {
      method: 'PUT',
      body: new Uint8Array(png(16, 16, 300)),
    });
    const page = await ui.logIn(`#/collections/posts?record=${id}`);
    const cover = field(page, 'cover');
    await cover.locator('input[type=file]').setInputFiles(picture(one, 10));
    await cover.getByText(one).waitFor();
    await cover.getByRole('button', { name: 'Replace' }).waitFor();
    await cover.locator('input[type=file]').setInputFiles(picture(two, 60));
    await cover.getByText(two).waitFor();

    const gallery = field(page, 'gallery');
    await gallery
      .locator('input[type=file]')
      .setInputFiles([
        picture(named('a.png'), 100),
        picture(named('b.png'), 140),
        picture(named('c.png'), 180),
        picture(named('d.png'), 220),
      ]);
    await gallery.getByText('1 file left out: this field takes 3.').waitFor();
    await gallery.getByText('3 of 3').waitFor();
    await gallery.getByRole('button', { name: 'Remove file 3' }).click();
    await gallery.getByRole('button', { name: 'Pick existing' }).click();
    const picker = page.getByRole('dialog', { name: 'Pick from pictures' });
    await picker.getByText(existing).click();
    await picker.getByRole('button', { name: 'Use 1 file' }).click();
    await gallery.getByText(existing).waitFor();
    await gallery.getByRole('button', { name: 'Move file 3 up' }).click();
    const items = gallery.locator('.file-field-item');
    await items.first().dragTo(items.last());
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Record saved.').waitFor();
    const doc = (await ui.api(`/api/collections/posts/${id}?expand=cover,gallery`)) as {
      cover: { name: string };
      gallery: { id: string; name: string }[];
    };
    expect(doc.cover.name).toBe(two);
    expect(doc.gallery).toHaveLength(3);
    expect(doc.gallery[0]?.name).toBe(existing);
  });

  it('leaves no file behind that its form uploaded and gave up', async () => {
    const prefix = unique('unsaved');
    const left = async () => {
      const { files } = (await ui.api(`/api/files/pictures?search=${prefix}`)) as {
        files: readonly { name: string }[];
      };
      return files.map(({ name }) => name.slice(prefix.length)).sort();
    };
    const leaves = (...names: string[]) => expect.poll(left, { timeout: 20_000 }).toEqual(names);
    const page = await ui.logIn('#/collections/posts?record=new');
    page.on('dialog', (question) => void question.accept());
    const upload = async (group: Locator, name: string) => {
      await group.locator('input[type=file]').setInputFiles(picture(`${prefix}${name}`, 30));
      await group.getByText(`${prefix}${name}`).waitFor();
    };
    await upload(field(page, 'cover'), 'first');
    await field(page, 'cover').getByRole('button', { name: 'Replace' }).waitFor();
    await upload(field(page, 'cover'), 'second');
    await leaves('second');
    await upload(field(page, 'gallery'), 'third');
    await field(page, 'gallery').getByRole('button', { name: 'Remove file 1' }).click();
    await leaves('second');

    // One that has just been chosen is taken back too, however far it is.
    await field(page, 'gallery')
      .locator('input[type=file]')
      .setInputFiles(picture(`${prefix}fourth`, 60));
    await page.getByRole('button', { name: 'Cancel', exact: true }).click();
    await page.getByRole('button', { name: 'Discard' }).click();
    await leaves();

    await page.getByRole('button', { name: 'New record' }).click();
    await upload(field(page, 'cover'), 'fifth');
    await field(page, 'cover').getByRole('button', { name: 'Replace' }).waitFor();
    await page.reload();
    await leaves();
  });

  it('does not lose what was typed by accident', async () => {
    const { id } = await post('posts', { title: 'Unsaved' });
    const page = await ui.logIn(`#/collections/posts?record=${id}`);
    const form = page.getByRole('dialog', { name: 'Edit record of posts' });
    await form.getByLabel('body').fill('not saved yet');
    for (const leave of [
      () => form.getByRole('button', { name: 'Cancel' }).click(),
      () => page.evaluate(() => location.assign('#/users')),
    ]) {
      await leave();
      const question = page.getByRole('dialog', { name: 'Discard your changes?' });
      await question.getByRole('button', { name: 'Cancel' }).click();
      expect(await form.getByLabel('body').inputValue()).toBe('not saved yet');
    }
    await page.evaluate(() => location.assign('#/users'));
    await page.getByRole('button', { name: 'Discard' }).click();
    await page.getByRole('heading', { name: 'Users' }).waitFor();
  });

  it('is deleted after a question', async () => {
    const { id } = await post('posts', { title: 'Short-lived' });
    const page = await ui.logIn(`#/collections/posts?record=${id}`);
    await page.getByRole('button', { name: 'Delete' }).click();
    await page
      .getByRole('dialog', { name: 'Delete “Short-lived”?' })
      .getByRole('button', { name: 'Delete' })
      .click();
    await page.getByText('Record deleted.').waitFor();
    await expect(ui.api(`/api/collections/posts/${id}`)).rejects.toThrow('404');
  });
});
