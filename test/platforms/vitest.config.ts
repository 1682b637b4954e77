import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/platforms/**/*.test.ts'],
    globalSetup: 'test/platforms/tarball.ts',
    pool: 'forks',
    fileParallelism: false, // other run-times have timeouts to keep
    reporters: ['default', 'test/platforms/matrix.ts'],
    testTimeout: 300_000, // package managers, and a compiler
    hookTimeout: 300_000,
  },
})
