import { defineConfig } from 'vitest/config';

/** Tests that drive a real browser, which a machine need not have: `make test-browser`. */
export default defineConfig({
  test: {
    include: ['test/browser/**/*.test.ts'],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    pool: 'forks',
    maxWorkers: 2,
    // As in vitest.config.ts.
    retry: process.env['CI'] === undefined ? 0 : 1,
  },
});
