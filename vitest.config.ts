import { defineConfig } from 'vitest/config';

const shared = { testTimeout: 30_000, hookTimeout: 60_000, pool: 'forks' } as const;
/** Suites that run what `npm run build` makes, as a stranger would. */
const BUILT = ['test/e2e/**/*.test.ts', 'test/browser/**/*.test.ts'];

export default defineConfig({
  test: {
    projects: [
      { test: { ...shared, name: 'source', include: ['test/**/*.test.ts'], exclude: BUILT } },
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
