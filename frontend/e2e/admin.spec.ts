import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, test, type Page } from '@playwright/test'
import { expectAccessible, expectNoSidewaysScroll } from './accessibility'
import { logIn, newPerson, register, type Person } from './people'

const command = fileURLToPath(new URL('../../.venv/bin/legible', import.meta.url))

/** Makes somebody an admin the only way there is: where the service runs. */
function grant({ email }: Person) {
  execFileSync(command, ['admin', 'grant', email], {
    env: { ...process.env, LEGIBLE_VAR_DIR: process.env.E2E_VAR },
  })
}

test('an admin freezes an account with a reason, and the log says so', async ({
  page,
  request,
}) => {
  test.slow()
  const eve = await register(request, newPerson('Eve Freezable'))
  const root = await register(request, newPerson('Root'))
  grant(root)
  await logIn(page, root)
  await page.getByRole('button', { name: /^Account of/ }).click()
  await page.getByRole('link', { name: 'Admin' }).click()

  await page.getByLabel('Name or e-mail contains').fill(eve.email)
  const freeze = page.getByRole('button', { name: `Freeze ${eve.email}` })
  await expect(page.getByText('1 account', { exact: true })).toBeVisible()
  await page.getByRole('button', { name: `Details of ${eve.email}` }).click()
  await expect(page.getByText('Not since registering')).toBeVisible()
  await look(page, 'admin-accounts')
  await freeze.click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('button', { name: 'Freeze' }).click()
  await expect(dialog.getByText('Say why')).toBeVisible()
  await look(page, 'admin-freeze')
  await dialog.getByLabel('Reason').fill('Sends the same page without end.')
  await dialog.getByRole('button', { name: 'Freeze' }).click()
  await expect(page.getByText(`The account of ${eve.email} is frozen.`)).toBeVisible()
  const refused = await request.post('/api/v1/auth/login', { data: eve })
  expect(refused.status()).toBe(403)

  await page.getByRole('link', { name: 'What happened to this account' }).click()
  const events = page.getByRole('list', { name: 'Events' }).getByRole('listitem')
  await expect(events).toHaveCount(3)
  await expect(page.getByText(`${root.email} froze the account of ${eve.email}.`)).toBeVisible()
  await expect(page.getByText('Reason: Sends the same page without end.')).toBeVisible()
  await expect(page.getByRole('combobox', { name: 'Person' })).toHaveValue(eve.email)
  await look(page, 'admin-audit')
})

test('for everybody else there is no page for admins', async ({ page, request }) => {
  await logIn(page, await register(request))
  await page.getByRole('button', { name: /^Account of/ }).click()
  await expect(page.getByRole('link', { name: 'Your account' })).toBeVisible()
  await expect(page.getByRole('link', { name: 'Admin' })).toBeHidden()
  await page.goto('/admin/audit')
  await expect(page.getByRole('heading', { name: 'There is no page here' })).toBeVisible()
})

test('anybody sees what was measured of the networks served', async ({ page }) => {
  test.slow()
  await page.goto('/models')
  await expect(page.getByRole('img', { name: /^Confidence against/ })).toBeVisible()
  await expect(page.getByRole('img', { name: /^Digits written against/ })).toBeVisible()
  await expect(page.getByRole('heading', { name: /^Model card: digit/ })).toBeVisible()
  await look(page, 'models-digit')
  await page.getByRole('button', { name: /^Can its .* as a table$/ }).click()
  await page.getByRole('button', { name: /^Which digits .* as a table$/ }).click()
  await expect(page.getByRole('region', { name: 'Digits written and read' })).toBeVisible()
  await look(page, 'models-tables')
  await page.getByRole('link', { name: 'Line network' }).click()
  await expect(page.getByRole('heading', { name: /^Model card: line/ })).toBeVisible()
  await expect(page.getByText('hold no reliability diagram')).toBeVisible()
  await look(page, 'models-line')
})

/** Checks with axe and for sideways scrolling, on a phone by night and a desk by day. */
async function look(page: Page, name: string) {
  for (const [width, colorScheme] of [
    [390, 'dark'],
    [1280, 'light'],
  ] as const) {
    await page.setViewportSize({ width, height: 900 })
    await page.emulateMedia({ colorScheme })
    const path = `test-results/screens/${name}-${width}-${colorScheme}.png`
    await page.screenshot({ path, fullPage: true, animations: 'disabled' })
    await expectAccessible(page, `${name}, ${width} px, ${colorScheme}`)
    await expectNoSidewaysScroll(page, `${name}, ${width} px`)
  }
}
