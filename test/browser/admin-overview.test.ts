import { beforeAll, describe, expect, it } from 'vitest';
import { png } from '../support/png.ts';
import { unique, useAdminUi } from './admin-ui.ts';

const ui = useAdminUi();

beforeAll(async () => {
  await ui.api('/api/files/documents?name=report.csv', { method: 'PUT', body: 'north,12\n'.repeat(2000) });
  await ui.api('/api/files/pictures?name=sea.png', { method: 'PUT', body: new Uint8Array(png(16, 16)) });
  await ui.api('/api/files/tight?name=nearly-all', { method: 'PUT', body: 'x'.repeat(1000) });
  await ui.api('/api/files/documents/tus', {
    method: 'POST',
    headers: {
      'tus-resumable': '1.0.0',
      'upload-length': '1000',
      'upload-metadata': `filename ${btoa('half.bin')}`,
    },
  });
});

describe('the overview', () => {
  it('shows buckets with their use and savings, uploads, recent files and the health of backends', async () => {
    const page = await ui.logIn();
    const documents = page
      .getByRole('link', { name: /documents/ })
      .filter({ hasText: 'saved by compression' });
    await documents.waitFor();
    expect(await documents.innerText()).toMatch(/17\.6 KiB\s+of 1 GiB/);
    expect(await documents.getByRole('meter').getAttribute('aria-valuetext')).toBe('18.6 KiB of 1 GiB');
    expect(await documents.innerText()).toContain('1000 B reserved for unfinished uploads');
    await page.getByText('half.bin').waitFor();
    await page.getByText('healthy').waitFor();
    await page.getByRole('link', { name: /report\.csv/ }).click();
    await page.getByRole('dialog', { name: 'File details' }).getByText('text/csv').waitFor();
  });

  it('says what needs a person', async () => {
    const page = await ui.logIn();
    await page.getByRole('heading', { name: 'Needs you' }).waitFor();
    await page.locator('.overview-problems').getByText(/tight/).waitFor();
  });

  it('says why it shows nothing, and tries again', async () => {
    ui.relay.intercept = (request, response) => {
      if (request.url !== '/api/admin/stats') return false;
      response.writeHead(503, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ error: 'The database cannot answer.', code: 'BACKEND_UNAVAILABLE' }));
      return true;
    };
    const page = await ui.logIn();
    await page.getByRole('alert').getByText('The database cannot answer.').waitFor();
    ui.relay.intercept = () => false;
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByText('healthy').waitFor();
  });
});

describe('rules', () => {
  it('show what each operation demands, and decide as another user with the part that decided', async () => {
    const page = await ui.logIn('#/users');
    const email = `${unique('grace')}@example.com`;
    await page.getByRole('button', { name: 'New user' }).click();
    const form = page.getByRole('dialog', { name: 'New user' });
    await form.getByLabel('Email').fill(email);
    await form.getByLabel('Password').fill('a long enough password');
    await form.getByRole('button', { name: 'Create' }).click();
    await page.getByText(`${email} created.`).waitFor();

    await page.evaluate(() => location.assign('#/rules'));
    const rules = page.getByRole('region', { name: 'Rules of bucket documents' });
    await rules.getByRole('row', { name: /^delete admins only/ }).waitFor();
    await rules
      .getByRole('row', { name: /^read / })
      .getByRole('button', { name: 'Try' })
      .click();
    const dialog = page.getByRole('dialog', { name: 'Try “read” on documents' });
    await dialog.getByRole('button', { name: 'As the user' }).click();
    await page.getByRole('button', { name: email }).click();
    await dialog.getByRole('button', { name: 'On the file' }).click();
    await page.getByRole('button', { name: /report\.csv/ }).click();
    await dialog.getByRole('button', { name: 'Decide' }).click();
    await dialog.getByText(/^Denied by the bucket's "read" rule/).waitFor();
    expect(await dialog.locator('mark').innerText()).toContain('auth.id == file.owner_id');
  });
});

describe('the rules of a collection', () => {
  it('decide on a record that is there, and on what would change', async () => {
    await ui.api('/api/collections/posts', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ title: 'To be judged' }),
    });
    const page = await ui.logIn('#/rules');
    const rules = page.getByRole('region', { name: 'Rules of collection posts' });
    await rules
      .getByRole('row', { name: /^update / })
      .getByRole('button', { name: 'Try' })
      .click();
    const dialog = page.getByRole('dialog', { name: 'Try “update” on posts' });
    await dialog.getByRole('button', { name: 'On the record' }).click();
    await page
      .getByRole('button', { name: /To be judged/ })
      .first()
      .click();
    await dialog.getByLabel('What changes').fill('{ "title": "Judged" }');
    await dialog.getByRole('button', { name: 'Decide' }).click();
    await dialog.getByText(/^Denied by the collection's "update" rule/).waitFor();
    expect(await dialog.locator('mark').innerText()).toContain("auth.role == 'editor'");
  });
});

describe('users and schema', () => {
  it('change a role and a password, and delete a user', async () => {
    const email = `${unique('ada')}@example.com`;
    await ui.api('/api/admin/users', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ email, password: 'a long enough password', role: 'user' }),
    });
    const page = await ui.logIn(`#/users?search=${email}`);
    await page.getByRole('button', { name: `Edit ${email}` }).click();
    const form = page.getByRole('dialog', { name: email });
    await form.getByLabel('Role').selectOption('admin');
    await form.getByLabel('New password').fill('another long password');
    await form.getByRole('button', { name: 'Save' }).click();
    await page.getByText(`${email} saved.`).waitFor();
    await page.getByRole('cell', { name: 'admin', exact: true }).waitFor();
    const login = { email, password: 'another long password' };
    const response = await ui.app.request('/api/auth/login', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(login),
    });
    expect(response.status).toBe(200);
    await page.getByRole('button', { name: `Delete ${email}` }).click();
    await page.getByRole('button', { name: 'Delete', exact: true }).click();
    await page.getByText(`${email} deleted.`).waitFor();
  });

  it('leave the focus where it is when users are paged, and begin at their top', async () => {
    const prefix = unique('crowd');
    for (let index = 0; index < 51; index += 1) {
      await ui.api('/api/admin/users', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({
          email: `${prefix}-${index}@example.com`,
          password: 'a long enough password',
          role: 'user',
        }),
      });
    }
    const page = await ui.logIn(`#/users?search=${prefix}`);
    for (const [name, shown] of [
      ['Next page', '51–51 of 51'],
      ['Previous page', '1–50 of 51'],
    ] as const) {
      const button = page.getByRole('button', { name });
      await button.press('Enter');
      await page.getByText(shown).waitFor();
      await expect.poll(() => page.getByRole('row').count()).toBe(name === 'Next page' ? 2 : 51);
      expect(await button.evaluate((element) => element === document.activeElement)).toBe(true);
      await expect.poll(() => page.getByRole('main').evaluate(({ scrollTop }) => scrollTop)).toBe(0);
    }
  });

  it('say where each definition stands', async () => {
    const page = await ui.logIn('#/schema');
    await page
      .getByRole('row', { name: /^gallery/ })
      .getByText(/^schema\.yaml:\d+:7$/)
      .waitFor();
    await page.getByText('may be empty · files of pictures · at most 3 · up to 1 MiB each').waitFor();
  });
});
