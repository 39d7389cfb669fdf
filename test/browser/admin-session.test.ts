import { afterEach, describe, expect, it, onTestFinished } from 'vitest';
import { PASSWORD } from '../support/accounts-api.ts';
import { startApp } from '../support/test-app.ts';
import { ADMIN, fillLogin, SCHEMA, unique, useAdminUi } from './admin-ui.ts';

const ui = useAdminUi();
afterEach(() => {
  ui.relay.intercept = () => false;
});

describe('first start', () => {
  it('makes the first admin behind the one-time link, and takes the link out of the address', async () => {
    const fresh = await startApp({ schema: SCHEMA });
    onTestFinished(() => fresh.dispose());
    const page = await ui.open({}, fresh.url);
    await page.getByText('This server has no admin yet.').waitFor();
    await page.goto(`${fresh.url}/_admin/?again#setup=${fresh.app.setupToken ?? ''}`);
    await page.getByRole('heading', { name: 'Welcome to Alyx' }).waitFor();
    expect(page.url()).not.toContain('setup=');
    await page.getByLabel('Email').fill(ADMIN);
    await page.getByLabel('Password').fill('short');
    await page.getByLabel('Password').fill(PASSWORD);
    await page.getByRole('button', { name: 'Create admin' }).click();
    await page.getByRole('heading', { name: 'Overview' }).waitFor();
  });
});

describe('a session', () => {
  it('begins with the right password, outlives a reload and ends with logging out', async () => {
    const page = await ui.open();
    await page.getByLabel('Email').fill(ADMIN);
    await page.getByLabel('Password').fill('not the password');
    await page.getByRole('button', { name: 'Log in' }).click();
    await page.getByText('The e-mail address or the password is wrong.').waitFor();
    await fillLogin(page);

    await page.reload();
    await page.getByRole('heading', { name: 'Overview' }).waitFor();
    await page.getByRole('button', { name: 'Log out' }).click();
    await page.getByRole('heading', { name: 'Log in' }).waitFor();
    await page.reload();
    await page.getByRole('heading', { name: 'Log in' }).waitFor();
  });

  it('keeps no token where a script could find it', async () => {
    const page = await ui.logIn();
    const kept = await page.evaluate(() =>
      JSON.stringify([Object.entries(localStorage), Object.entries(sessionStorage), document.cookie]),
    );
    expect(kept).not.toMatch(/eyJ|[A-Za-z0-9_-]{30}/);
    const cookies = await page.context().cookies(`${ui.relay.url}/api/auth/refresh`);
    expect(cookies.map(({ httpOnly, sameSite, path }) => ({ httpOnly, sameSite, path }))).toEqual([
      { httpOnly: true, sameSite: 'Strict', path: '/api/auth' },
    ]);
  });

  it('renews itself when the server refuses its token, without anybody noticing', async () => {
    const page = await ui.logIn('#/users');
    await page.getByRole('heading', { name: 'Users' }).waitFor();
    let refused = 0;
    ui.relay.intercept = (request, response) => {
      if (refused > 0 || request.url?.startsWith('/api/admin/users') !== true) return false;
      refused += 1;
      response.writeHead(401, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ error: 'The token has expired.', code: 'TOKEN_EXPIRED' }));
      return true;
    };
    const answered = page.waitForResponse((answer) => answer.url().includes('role=admin') && answer.ok());
    await page.getByLabel('Role').selectOption('admin');
    await answered; // until then the last list stands there
    await page.getByText('1 user', { exact: true }).waitFor();
    await page.getByRole('cell', { name: 'yes' }).waitFor();
    expect(refused).toBe(1);
  });

  it('that the server has ended is taken up again over the page, with all that was typed', async () => {
    const page = await ui.logIn('#/users');
    const email = `${unique('grace')}@example.com`;
    await page.getByRole('button', { name: 'New user' }).click();
    const form = page.getByRole('dialog', { name: 'New user' });
    await form.getByLabel('Email').fill(email);
    await form.getByLabel('Password').fill('a long enough password');
    await page.context().clearCookies();
    ui.relay.intercept = (request, response) => {
      if (request.url !== '/api/admin/users' || request.method !== 'POST') return false;
      ui.relay.intercept = () => false;
      response.writeHead(401, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ error: 'The token has expired.', code: 'TOKEN_EXPIRED' }));
      return true;
    };
    await form.getByRole('button', { name: 'Create' }).click();
    const again = page.getByRole('dialog', { name: 'Your session has ended' });
    await again.getByLabel('Password').fill(PASSWORD);
    await again.getByRole('button', { name: 'Log in' }).click();
    await page.getByText(`${email} created.`).waitFor();
  });
});
