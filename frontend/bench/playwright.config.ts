import { defineConfig } from '@playwright/test'
import base from '../playwright.config'

/** The service and the browser of the tests, for measuring: one thing after the other, as a window is seen. */
export default defineConfig({
  ...base,
  testDir: '.',
  testMatch: '*.bench.ts',
  outputDir: '../test-results/bench',
  workers: 1,
  timeout: 600_000,
  use: { ...base.use, trace: 'off', contextOptions: {}, viewport: { width: 1280, height: 800 } },
  webServer: [base.webServer ?? []].flat().map((server) => ({ ...server, cwd: '..' })),
})
