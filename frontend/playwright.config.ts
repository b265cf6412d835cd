import { accessSync, constants, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { defineConfig } from '@playwright/test'
import { findFreePort } from './e2e/free-port'

// Workers read this file again: the first reading chooses the port for all.
process.env.E2E_PORT ??= String(await findFreePort())
// Where the service keeps its things, the mails among them.
process.env.E2E_VAR ??= mkdtempSync(join(tmpdir(), 'legible-e2e-'))
const baseURL = `http://127.0.0.1:${process.env.E2E_PORT}`

const quietBrowser = [
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]
const isRoot = process.getuid?.() === 0

export default defineConfig({
  testDir: 'e2e',
  outputDir: 'test-results/traces',
  fullyParallel: true,
  workers: 2,
  forbidOnly: Boolean(process.env.CI),
  failOnFlakyTests: Boolean(process.env.CI),
  timeout: 90_000,
  expect: { timeout: 15_000 },
  reporter: [['list']],
  use: {
    baseURL,
    // A trace costs a fifth of the time, also of what passes: `npx playwright test --trace on`.
    screenshot: 'only-on-failure',
    contextOptions: { reducedMotion: 'reduce' },
    launchOptions: {
      executablePath: findBrowser(),
      // Chromium refuses to be sandboxed by root.
      args: isRoot ? ['--no-sandbox', ...quietBrowser] : quietBrowser,
    },
  },
  webServer: {
    command: 'node e2e/start-service.js',
    url: `${baseURL}/readyz`,
    timeout: 60_000,
    gracefulShutdown: { signal: 'SIGTERM', timeout: 5_000 },
  },
})

/** A Chromium that is there already; undefined lets Playwright use the one it has downloaded. */
function findBrowser(): string | undefined {
  if (process.env.CHROMIUM_PATH) return process.env.CHROMIUM_PATH
  const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']
  const folders = (process.env.PATH ?? '').split(delimiter)
  return names
    .flatMap((name) => folders.map((folder) => join(folder, name)))
    .find((path) => {
      try {
        accessSync(path, constants.X_OK)
        return true
      } catch {
        return false
      }
    })
}
