import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, describe, expect, it, onTestFinished } from 'vitest';
import { setUp } from '../support/accounts-api.ts';
import { png } from '../support/png.ts';
import { startApp } from '../support/test-app.ts';
import { ADMIN, fillLogin, SCHEMA, unique, useAdminUi } from './admin-ui.ts';

const MIB = 1024 * 1024;
const ui = useAdminUi();
const folder = mkdtempSync(join(tmpdir(), 'alyx-browser-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
afterEach(async () => {
  ui.relay.intercept = () => false;
  await ui.relay.stop();
  await ui.relay.resume();
  for (const bucket of ['pictures', 'documents']) await empty(bucket);
});

const picture = (name: string, hue = 200) => ({ name, mimeType: 'image/png', buffer: png(64, 48, hue) });
const choose = (page: Page, files: Parameters<ReturnType<Page['locator']>['setInputFiles']>[0]) =>
  page.getByRole('main').locator('input[type=file]').setInputFiles(files);
const row = (page: Page, path: string) =>
  page.getByRole('region', { name: 'Uploads' }).getByRole('listitem').filter({ hasText: path });

/** More than goes in one request: what comes after a picture's end is nobody's business. */
function largePicture(): Buffer {
  const bytes = Buffer.alloc(MIB);
  png(64, 48).copy(bytes);
  return bytes;
}

/** Bytes that compress badly, in a file of their own: a browser takes no more than 50 MiB in memory. */
function largeFile(name: string, size: number): { readonly path: string; readonly checksum: string } {
  const bytes = Buffer.alloc(size);
  for (let at = 0; at + 4 <= size; at += 4) bytes.writeUInt32LE(Math.imul(at, 2654435761) >>> 0, at);
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return { path, checksum: createHash('sha256').update(bytes).digest('hex') };
}

describe('uploads', () => {
  it('go several at once, and show up in the list as they are done', async () => {
    const page = await ui.logIn('#/buckets/pictures');
    await page.getByText('No files yet').waitFor();
    await choose(page, [picture('sea.png'), picture('forest.png', 120), picture('dusk.png', 20)]);
    await page.getByText('3 files uploaded').waitFor();
    await page.getByRole('button', { name: 'forest.png', exact: true }).waitFor();
    await page.getByText('3 files', { exact: true }).waitFor();
    await page.locator('.file-table img').nth(2).waitFor();
  });

  it('can be dropped and pasted', async () => {
    const page = await ui.logIn('#/buckets/pictures');
    for (const [kind, name] of [
      ['drop', 'dropped.png'],
      ['paste', 'pasted.png'],
    ] as const) {
      await page.evaluate(
        ({ kind, name, bytes }) => {
          const data = new DataTransfer();
          data.items.add(new File([new Uint8Array(bytes)], name, { type: 'image/png' }));
          const zone = document.querySelector('.bucket-files');
          const event =
            kind === 'drop'
              ? new DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true })
              : new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true });
          zone?.dispatchEvent(event);
        },
        { kind, name, bytes: [...png(8, 8, 90)] },
      );
      await page.getByRole('button', { name, exact: true }).waitFor();
    }
  });

  it('are invited by a sign that covers what else is said there', async () => {
    const page = await ui.logIn('#/buckets/pictures');
    await page.getByText('No files yet').waitFor();
    await page.locator('.bucket-files').evaluate((element) => {
      const dataTransfer = new DataTransfer();
      dataTransfer.items.add(new File(['only words'], 'notes.txt'));
      element.dispatchEvent(new DragEvent('dragenter', { dataTransfer, bubbles: true }));
    });
    const sign = page.getByText('Drop to upload into pictures');
    const colour = await sign.evaluate((element) => getComputedStyle(element).backgroundColor);
    expect(colour).toMatch(/^rgb\(/);
  });

  it('begin on a drop into their area only; anywhere else it does nothing', async () => {
    const page = await ui.logIn('#/buckets/pictures');
    await page.getByText('No files yet').waitFor();
    // What a browser asks before it opens the file that is dropped.
    const answers = (selector: string) =>
      page.locator(selector).evaluate((element) => {
        const dataTransfer = new DataTransfer();
        dataTransfer.items.add(new File(['only words'], 'notes.txt', { type: 'text/plain' }));
        return ['dragover', 'drop'].map((kind) => {
          const event = new DragEvent(kind, { dataTransfer, bubbles: true, cancelable: true });
          return !element.dispatchEvent(event);
        });
      });
    for (const selector of ['nav', '.page-head', '.toolbar input', 'body'])
      expect(await answers(selector)).toEqual([true, true]);
    expect(await page.getByRole('region', { name: 'Uploads' }).count()).toBe(0);
    expect(await answers('.bucket-files')).toEqual([true, true]);
    await row(page, 'notes.txt').waitFor();
    expect(await answers('.upload-panel')).toEqual([true, true]);
    expect(await row(page, 'notes.txt').count()).toBe(1);
  });

  it('say before sending what the bucket would refuse, and after sending what it has refused', async () => {
    const page = await ui.logIn('#/buckets/pictures');
    let sent = 0;
    ui.relay.intercept = (request) => {
      if (request.url?.includes('/tus') === true) sent += 1;
      return false;
    };
    await choose(page, [
      { name: 'notes.txt', mimeType: 'text/plain', buffer: Buffer.from('only words') },
      { name: 'huge.png', mimeType: 'image/png', buffer: Buffer.alloc(6 * MIB) },
    ]);
    await row(page, 'notes.txt').getByText('Looks like text/plain; taken are image/*.').waitFor();
    await row(page, 'huge.png').getByText('6 MiB is more than the 5 MiB that one file may have.').waitFor();
    expect(sent).toBe(0);

    await row(page, 'notes.txt').getByRole('button', { name: 'Try anyway' }).click();
    await row(page, 'notes.txt').getByRole('button', { name: 'Retry' }).waitFor();
    expect(await row(page, 'notes.txt').innerText()).toMatch(/text\/plain/);
  });

  it('tell how many are on their way, and how many need somebody', async () => {
    const page = await ui.logIn('#/buckets/pictures');
    const summary = page.getByRole('region', { name: 'Uploads' }).getByRole('heading');
    const refused = (name: string) => ({ name, mimeType: 'text/plain', buffer: Buffer.from('only words') });
    ui.relay.intercept = ({ url }) => url?.includes('/tus') === true; // and no answer ever
    await choose(page, [picture(unique('held')), refused('one.txt')]);
    await expect.poll(() => summary.innerText()).toBe('Uploading 1 file, 1 needs attention');
    await choose(page, refused('two.txt'));
    await expect.poll(() => summary.innerText()).toBe('Uploading 1 file, 2 need attention');
  });

  it('list what needs somebody first, then what is on its way, then what is done', async () => {
    const page = await ui.logIn('#/buckets/pictures');
    const list = page.getByRole('region', { name: 'Uploads' }).getByRole('listitem');
    const held = unique('held');
    await choose(page, [picture('sea.png'), picture('forest.png', 120)]);
    await page.getByText('2 files uploaded').waitFor();
    ui.relay.intercept = ({ url }) => url?.includes('/tus') === true; // and no answer ever
    await choose(page, [
      picture(held, 20),
      { name: 'notes.txt', mimeType: 'text/plain', buffer: Buffer.from('only words') },
    ]);
    await row(page, 'notes.txt').getByRole('button', { name: 'Try anyway' }).waitFor();
    expect(await list.locator('.upload-row-name').allInnerTexts()).toEqual([
      'notes.txt',
      held,
      'sea.png',
      'forest.png',
    ]);
  });

  it('offer to keep both when there is such a file already', async () => {
    const page = await ui.logIn('#/buckets/documents');
    const file = (text: string) => ({ name: 'twice.txt', mimeType: 'text/plain', buffer: Buffer.from(text) });
    await choose(page, file('first'));
    await page.getByText('1 file uploaded').waitFor();
    await choose(page, file('second'));
    await row(page, 'twice.txt').getByRole('button', { name: 'Keep both' }).click();
    await row(page, 'twice (2).txt').getByText('in documents').waitFor();
  });

  it('are paused, resumed and cancelled', async () => {
    const page = await ui.logIn('#/buckets/documents');
    const [paused, cancelled] = [`${unique('paused')}.bin`, `${unique('cancelled')}.bin`];
    const { path, checksum } = largeFile(paused, 24 * MIB);
    slowDown(1 * MIB);
    await choose(page, path);
    await row(page, paused)
      .getByText(/ of 24 MiB · [1-9]/)
      .waitFor();
    await row(page, paused)
      .getByRole('button', { name: `Pause ${paused}` })
      .click();
    await row(page, paused)
      .getByText(/^Paused · /)
      .waitFor();
    ui.relay.intercept = () => false;
    await row(page, paused)
      .getByRole('button', { name: `Resume ${paused}` })
      .click();
    await row(page, paused).getByText('24 MiB in documents').waitFor();
    expect(await checksums('documents')).toContain(checksum);

    const other = largeFile(cancelled, 24 * MIB);
    slowDown(1 * MIB);
    await choose(page, other.path);
    await row(page, cancelled)
      .getByText(/ of 24 MiB · [1-9]/)
      .waitFor();
    await row(page, cancelled)
      .getByRole('button', { name: `Cancel ${cancelled}` })
      .click();
    ui.relay.intercept = () => false;
    await expect.poll(unfinished, { timeout: 20_000 }).not.toContain(cancelled);
  });

  it('of 100 MiB survive a connection that drops in the middle', async () => {
    const page = await ui.logIn('#/buckets/documents');
    const name = `${unique('large')}.bin`;
    const { path, checksum } = largeFile(name, 100 * MIB);
    let bytesSeen = 0;
    let offsetsAsked = 0;
    let cut = false;
    ui.relay.intercept = (request) => {
      if (request.url?.includes('/documents/tus') !== true) return false;
      if (request.method === 'HEAD') offsetsAsked += 1;
      request.on('data', (chunk: Buffer) => {
        bytesSeen += chunk.length;
        if (cut || bytesSeen < 40 * MIB) return;
        cut = true;
        request.socket.destroy();
      });
      return false;
    };
    await choose(page, path);
    await row(page, name).getByText('100 MiB in documents').waitFor({ timeout: 60_000 });
    expect({ cut, offsetsAsked }).toEqual({ cut: true, offsetsAsked: 1 });
    expect(bytesSeen).toBeLessThan(150 * MIB);
    expect(await checksums('documents')).toContain(checksum);
  }, 90_000);

  it('go on after the page was loaded anew, when the same file is chosen again', async () => {
    const page = await ui.logIn('#/buckets/documents');
    page.on('dialog', (question) => void question.accept());
    const name = `${unique('interrupted')}.bin`;
    const { path, checksum } = largeFile(name, 24 * MIB);
    cutAfter(8 * MIB);
    await choose(page, path);
    await row(page, name).getByText('Connection lost; trying again…').waitFor();
    await page.reload();
    ui.relay.intercept = () => false;
    await row(page, name)
      .getByText(/^Interrupted before all 24 MiB had arrived\. Choose the same file again/)
      .waitFor();
    expect(await page.evaluate(() => JSON.stringify(localStorage))).not.toContain('eyJ');

    const requests: string[] = [];
    const resume = row(page, name).locator('input[type=file]');
    const other = largeFile(`${name}-other`, MIB);
    await resume.setInputFiles(other.path);
    await row(page, name).getByText('That is another file; this one was interrupted.').waitFor();
    slowDown(0, ({ method, headers }) =>
      requests.push(`${method ?? ''} ${String(headers['upload-offset'])}`),
    );
    await choose(page, path);
    await row(page, name)
      .getByText(/^Resumed at \d.* · .* of 24 MiB · \d+%$/)
      .waitFor();
    ui.relay.intercept = () => false;
    await row(page, name).getByText('24 MiB in documents').waitFor();
    expect(requests).toEqual(['HEAD undefined', expect.stringMatching(/^PATCH [1-9]\d{6,}$/)]);
    expect(await checksums('documents')).toContain(checksum);
  });

  it('that were interrupted are given up after a question', async () => {
    const page = await ui.logIn('#/buckets/documents');
    page.on('dialog', (question) => void question.accept());
    const name = `${unique('given-up')}.bin`;
    cutAfter(8 * MIB);
    await choose(page, largeFile(name, 24 * MIB).path);
    await row(page, name).getByText('Connection lost; trying again…').waitFor();
    await page.reload();
    ui.relay.intercept = () => false;
    const giveUp = row(page, name).getByRole('button', { name: `Give up ${name}` });
    const question = page.getByRole('dialog', { name: `Give up “${name}”?` });
    await giveUp.click();
    await question.getByRole('button', { name: 'Cancel' }).click();
    expect(await unfinished()).toContain(name);
    await giveUp.click();
    await question.getByRole('button', { name: 'Give up' }).click();
    await row(page, name).waitFor({ state: 'detached' });
    expect(await unfinished()).not.toContain(name);
  });

  it('of the same file in two tabs become one file', async () => {
    const page = await ui.logIn('#/buckets/documents');
    const second = await page.context().newPage();
    await second.goto(page.url());
    await second.getByRole('heading', { name: 'documents' }).waitFor();
    const name = `${unique('shared')}.bin`;
    const { path, checksum } = largeFile(name, 48 * MIB);
    slowDown(MIB);
    await choose(page, path);
    await row(page, name)
      .getByText(/ of 48 MiB · [1-9]/)
      .waitFor();
    await choose(second, path);
    for (const tab of [page, second]) await row(tab, name).getByText('48 MiB in documents').waitFor();
    expect(await checksums('documents')).toEqual([checksum]);
    expect(await unfinished()).toEqual([]);
  });

  it('stay with this origin where server.public_url names another', async () => {
    const app = await startApp({
      schema: SCHEMA,
      env: { ALYX_SERVER_PUBLIC_URL: 'https://files.example.com' },
    });
    onTestFinished(() => app.dispose());
    await setUp(app, ADMIN);
    const page = await ui.open({}, app.url);
    await fillLogin(page);
    await page.evaluate(() => location.assign('#/buckets/pictures'));
    // One in a single request, one that is announced first.
    await choose(page, [picture('small.png'), { ...picture('large.png'), buffer: largePicture() }]);
    await page.getByText('2 files uploaded').waitFor();
    await page.getByRole('button', { name: 'large.png', exact: true }).click();
    const image = page.getByRole('img', { name: 'large.png' });
    await expect.poll(() => image.evaluate((element: HTMLImageElement) => element.naturalWidth)).toBe(64);
    const arriving = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Download' }).click();
    expect(new URL((await arriving).url()).origin).toBe(app.url);
  });
});

/** Lets so many bytes of an upload through, and then only drops of them, until the interception ends. */
function slowDown(bytes: number, look: (request: IncomingMessage) => void = () => undefined): void {
  let seen = 0;
  const intercept = (request: IncomingMessage) => {
    if (request.url?.includes('/tus') !== true) return false;
    look(request);
    request.on('data', (chunk: Buffer) => {
      seen += chunk.length;
      if (seen < bytes || ui.relay.intercept !== intercept) return;
      request.pause();
      setTimeout(() => request.resume(), 100);
    });
    return false;
  };
  ui.relay.intercept = intercept;
}

/** Lets so many bytes of an upload through, and nothing more of any until the interception ends. */
function cutAfter(bytes: number): void {
  let seen = 0;
  ui.relay.intercept = (request) => {
    if (request.url?.includes('/tus') !== true) return false;
    if (seen >= bytes) request.socket.destroy();
    request.on('data', (chunk: Buffer) => {
      seen += chunk.length;
      if (seen >= bytes) request.socket.destroy();
    });
    return false;
  };
}

async function empty(bucket: string): Promise<void> {
  const { files } = (await ui.api(`/api/files/${bucket}`)) as { files: readonly { id: string }[] };
  const ids = files.map(({ id }) => id);
  if (ids.length === 0) return;
  await ui.api(`/api/files/${bucket}/batch-delete`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ ids }),
  });
}

/** The paths of what is on its way. */
async function unfinished(): Promise<readonly string[]> {
  const { uploads } = (await ui.api('/api/admin/uploads')) as { uploads: readonly { path: string }[] };
  return uploads.map(({ path }) => path);
}

async function checksums(bucket: string): Promise<readonly string[]> {
  const { files } = (await ui.api(`/api/files/${bucket}`)) as { files: readonly { checksum: string }[] };
  return files.map(({ checksum }) => checksum);
}
