import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/platforms/**/*.test.ts'],
    globalSetup: 'test/platforms/tarball.ts',
    pool: 'forks',
    testTimeout: 300_000, // package managers, and a compiler
    hookTimeout: 300_000,
  },
})
