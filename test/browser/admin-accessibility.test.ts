import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { png } from '../support/png.ts';
import { useAdminUi } from './admin-ui.ts';

const ui = useAdminUi();
const axe = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };

beforeAll(async () => {
  const { id } = (await ui.api('/api/files/pictures?name=sea.png', {
    method: 'PUT',
    body: new Uint8Array(png(64, 48)),
  })) as { id: string };
  await ui.api('/api/collections/posts', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ title: 'Look', cover: id, tags: ['news'] }),
  });
});

/** Every state of the UI in which something new is on the screen. */
const STATES: readonly (readonly [name: string, hash: string, ready: string, click?: string])[] = [
  ['the overview', '#/', 'healthy'],
  ['a bucket', '#/buckets/pictures', 'sea.png'],
  ['the details of a file', '#/buckets/pictures', 'SHA-256', 'sea.png'],
  ['a collection', '#/collections/posts', 'Look'],
  ['a record', '#/collections/posts', 'Pick existing', 'Look'],
  ['the rules', '#/rules', 'Collection posts'],
  ['the schema', '#/schema', 'Collection posts'],
  ['the users', '#/users', 'root@example.com (you)'],
];

describe.each([
  ['light', {}],
  ['dark', PHONE],
] as const)('%s, without findings and with nothing beyond the screen', (colorScheme, device) => {
  it('in every state', async () => {
    const page = await ui.open({ colorScheme, ...device, bypassCSP: true });
    const found: Record<string, readonly string[]> = { login: await look(page) };
    await page.context().close();
    const inside = await ui.logIn('#/', { colorScheme, ...device, bypassCSP: true });
    for (const [name, hash, ready, click] of STATES) {
      await inside.evaluate((to) => location.assign(to), hash);
      if (click !== undefined) await inside.getByRole('button', { name: click, exact: true }).first().click();
      await inside.getByText(ready).first().waitFor();
      found[name] = await look(inside);
      if (click !== undefined) await inside.keyboard.press('Escape');
    }
    expect(found).toEqual(Object.fromEntries(Object.keys(found).map((name) => [name, []])));
  }, 120_000);
});

/** The findings, one line each; also when the page itself scrolls, which only its parts may do. */
async function look(page: Page): Promise<string[]> {
  await page.addScriptTag({ path: axe });
  const results = await page.evaluate(
    async () => await (globalThis as unknown as { axe: { run(): Promise<AxeResults> } }).axe.run(),
  );
  expect(results.passes.length).toBeGreaterThan(5);
  const { tooWide, tooHigh } = await page.evaluate(() => ({
    tooWide: document.documentElement.scrollWidth > innerWidth,
    tooHigh: document.documentElement.scrollHeight > innerHeight,
  }));
  return [
    ...results.violations.flatMap(({ id, nodes }) =>
      nodes.map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary ?? ''}`),
    ),
    ...(tooWide ? ['wider than the screen'] : []),
    ...(tooHigh ? ['higher than the screen'] : []),
  ];
}
