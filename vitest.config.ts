import { defineConfig } from 'vitest/config';

const shared = { testTimeout: 30_000, hookTimeout: 60_000, pool: 'forks' } as const;
/** Suites that run what `npm run build` makes, as a stranger would. */
const BUILT = ['test/e2e/**/*.test.ts'];
/** They need a browser on the machine; vitest.browser.config.ts runs them. */
const BROWSER = ['test/browser/**/*.test.ts'];

export default defineConfig({
  test: {
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
