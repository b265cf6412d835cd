import { spawn, type ChildProcess } from 'node:child_process'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test, type Page } from '@playwright/test'
import { findFreePort } from './free-port'
import { chooseFile, logIn, register, send } from './people'
import { drawNumber } from './pictures'

const silent = 'Legible does not answer right now.'

test('the app can be installed, and starts without a connection', async ({
  page,
  context,
  request,
}) => {
  await logIn(page, await register(request))
  await waitForWorker(page)
  const devtools = await context.newCDPSession(page)
  const { installabilityErrors } = await devtools.send('Page.getInstallabilityErrors')
  // The tests' own windows are private ones; nothing else may be in the way.
  expect(installabilityErrors.map(({ errorId }) => errorId)).toEqual(['in-incognito'])

  await context.setOffline(true)
  await page.goto('/readings?text=7')
  // A browser whose connection is only said to be gone tells a new page that it is there.
  const banner = page.getByText(/^You are offline|^Legible does not answer right now/)
  await expect(banner).toBeVisible()
  await expect(page.getByRole('alert')).toContainText('Legible cannot be reached')
  await expect(page.getByLabel('Text contains')).toHaveValue('7')
  // A page that was never opened is there too.
  await page.getByRole('link', { name: 'Review', exact: true }).click()
  await expect(page.getByRole('heading', { name: 'The review could not be loaded' })).toBeVisible()

  await context.setOffline(false)
  await expect(banner).toBeHidden({ timeout: 30_000 })
  await expect(page.getByRole('heading', { name: 'Nothing to review' })).toBeVisible()
})

test('the worker keeps the files of the build, and nothing of anybody', async ({
  page,
  request,
}) => {
  await logIn(page, await register(request))
  await waitForWorker(page)
  await page.reload()
  await send(page, await drawNumber(page, '7'))
  await page.goto('/readings')
  await expect(page.getByRole('main').getByRole('listitem')).toHaveCount(1)

  const kept = await page.evaluate(async () => {
    const names = await caches.keys()
    const requests = await Promise.all(names.map(async (name) => (await caches.open(name)).keys()))
    return requests.flat().map(({ url }) => new URL(url).pathname)
  })
  expect(kept).toContain('/index.html')
  const unexpected = kept.filter(
    (path) => !/^\/(assets\/[\w.-]+|index\.html|theme\.js|favicon\.svg)$/.test(path),
  )
  expect(unexpected).toEqual([])
})

test('a service that goes away is told, and comes back by itself', async ({ page }) => {
  test.slow()
  const folder = mkdtempSync(join(tmpdir(), 'legible-e2e-'))
  const port = await findFreePort()
  const site = `http://127.0.0.1:${port}`
  let service = await startService(port, folder)
  try {
    await page.goto(`${site}/register`)
    await page.getByLabel('Your name').fill('Ada')
    await page.getByLabel('E-mail').fill('ada@example.org')
    await page.getByLabel('Password', { exact: true }).fill('nine violet kettles')
    await page.getByRole('button', { name: 'Create account' }).click()
    await expect(page.getByRole('heading', { name: /a picture/ })).toBeVisible()
    await waitForWorker(page)
    const picture = await drawNumber(page, '3')

    await stop(service)
    await chooseFile(page, picture)
    await expect(page.getByText(silent)).toBeVisible()
    await expect(page.getByRole('alert')).toContainText('Legible cannot be reached')
    await page.getByRole('link', { name: 'History' }).click()
    await expect(page.getByRole('heading', { name: 'Your readings' })).toBeVisible()
    await expect(page.getByRole('alert')).toContainText('Legible cannot be reached')
    // The browser's own error page is not what is seen.
    await page.reload()
    await expect(page.getByRole('heading', { name: 'Your readings' })).toBeVisible()
    await expect(page.getByText(silent)).toBeVisible()

    service = await startService(port, folder)
    await expect(page.getByText(silent)).toBeHidden({ timeout: 30_000 })
    await expect(page.getByRole('heading', { name: 'Nothing read yet' })).toBeVisible()
    await page.getByRole('link', { name: 'Read a number' }).click()
    await chooseFile(page, picture)
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Read: 3')
  } finally {
    await stop(service)
  }
})

/** The worker has kept all files, and the page is under its care. */
async function waitForWorker(page: Page) {
  await page.waitForFunction(() => navigator.serviceWorker.controller?.state === 'activated')
}

async function startService(port: number, folder: string): Promise<ChildProcess> {
  const service = spawn('node', [fileURLToPath(new URL('start-service.js', import.meta.url))], {
    stdio: 'ignore',
    env: { ...process.env, E2E_PORT: String(port), E2E_VAR: folder, E2E_KEEP: 'yes' },
  })
  await expect(async () => {
    expect((await fetch(`http://127.0.0.1:${port}/readyz`)).status).toBe(200)
  }).toPass({ timeout: 60_000 })
  return service
}

async function stop(service: ChildProcess) {
  if (service.exitCode !== null) return
  const gone = new Promise((resolve) => service.once('exit', resolve))
  service.kill('SIGTERM')
  await gone
}
