import { defineConfig } from 'vitest/config';

/** CI's machine is shared: what fails there once gets a second chance, and vitest says so; elsewhere nothing does. */
const retry = process.env['CI'] === undefined ? 0 : 1;
const shared = { testTimeout: 60_000, hookTimeout: 120_000, pool: 'forks', retry } as const;
/** Suites that run what `npm run build` makes, as a stranger would. */
const BUILT = ['test/e2e/**/*.test.ts'];
/** They need a browser on the machine; vitest.browser.config.ts runs them. */
const BROWSER = ['test/browser/**/*.test.ts'];

export default defineConfig({
  test: {
    maxWorkers: 2,
    projects: [
      {
        test: { ...shared, name: 'source', include: ['test/**/*.test.ts'], exclude: [...BUILT, ...BROWSER] },
      },
      {
        test: {
          ...shared,
          testTimeout: 90_000,
          name: 'built',
          include: BUILT,
          globalSetup: 'test/support/build.ts',
        },
      },
    ],
  },
});
