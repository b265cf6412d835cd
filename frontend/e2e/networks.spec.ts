import { execFileSync, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test, type Page } from '@playwright/test'
import { findFreePort } from './free-port'
import { look } from './look'
import { logIn, newPerson, register, send } from './people'
import { drawNumber } from './pictures'

const command = fileURLToPath(new URL('../../.venv/bin/legible', import.meta.url))
const start = fileURLToPath(new URL('start-service.js', import.meta.url))

// A service of its own: what others read must not depend on which version reads here.
test('an admin tries a version, lets it read and goes back', async ({ browser }) => {
  test.slow()
  const folder = mkdtempSync(join(tmpdir(), 'legible-e2e-'))
  const port = await findFreePort()
  const service = spawn(process.execPath, [start], {
    stdio: 'ignore',
    env: { ...process.env, E2E_PORT: String(port), E2E_VAR: folder, E2E_KEEP: 'yes' },
  })
  const context = await browser.newContext({ baseURL: `http://127.0.0.1:${port}` })
  const page = await context.newPage()
  try {
    await expect(async () => {
      expect((await page.request.get('/readyz')).status()).toBe(200)
    }).toPass({ timeout: 60_000 })
    const root = await register(page.request, newPerson('Root'))
    execFileSync(command, ['admin', 'grant', root.email], {
      env: { ...process.env, LEGIBLE_VAR_DIR: folder },
    })
    await logIn(page, root)
    await page.goto('/admin/networks')
    await expect(page.getByText('Nothing was read yet.')).toBeVisible()

    await page.getByRole('button', { name: 'Let digit 1.0.0 read along' }).click()
    await look(page, 'networks-challenge')
    await confirm(page, 'Start')
    await expect(page.getByText('Digit network 1.0.0 reads along.')).toBeVisible()
    await expect(page.getByText('It has read nothing yet.')).toBeVisible()
    await readAlong(page)
    await look(page, 'networks-trial')

    await page.getByRole('button', { name: 'Activate digit 1.0.0' }).click()
    await confirm(page, 'Activate')
    const served = page.getByRole('listitem').filter({ hasText: 'Reads now' })
    await expect(served.filter({ has: page.getByRole('link', { name: '1.0.0' }) })).toBeVisible()
    await page.getByRole('button', { name: /^Roll back to 1\.\d\.0 …$/ }).click()
    await confirm(page, 'Roll back')
    await expect(page.getByText(/^Digit network: back from 1\.0\.0 to/)).toBeVisible()
    await expect(page.getByText('Is being loaded')).toBeHidden()
    await look(page, 'networks')
  } finally {
    await context.close()
    const gone = new Promise((resolve) => service.once('exit', resolve))
    service.kill('SIGTERM')
    await gone
    rmSync(folder, { recursive: true, force: true })
  }
})

/** Sends pictures until the challenger has read one, which it does after the answer. */
async function readAlong(page: Page) {
  const picture = await drawNumber(page, '47')
  await expect(async () => {
    await send(page, picture)
    await page.goto('/admin/networks')
    const table = page.getByRole('region', { name: 'Served and challenger' })
    await expect(table.getByRole('row')).toHaveCount(3, { timeout: 3_000 })
  }).toPass({ timeout: 60_000 })
  await expect(page.getByRole('region', { name: /^Corrections of Digit/ })).toBeVisible()
}

async function confirm(page: Page, yes: string) {
  await page.getByRole('dialog').getByRole('button', { name: yes, exact: true }).click()
  await expect(page.getByRole('dialog')).toBeHidden()
}
