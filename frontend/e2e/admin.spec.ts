import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, test, type APIRequestContext } from '@playwright/test'
import { look } from './look'
import { logIn, newPerson, register, send, type Person } from './people'
import { drawNumber } from './pictures'

interface Reading {
  pages: { lines: { symbols: { text: string; confidence: number }[] }[] }[]
}

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

test('whoever consents has doubtful corrections decided by an admin, until they take it back', async ({
  page,
  request,
}) => {
  test.slow()
  const ada = await register(request)
  const root = await register(request, newPerson('Root'))
  grant(root)
  await logIn(page, ada)
  const path = await send(page, await drawNumber(page, '471'))
  await page.goto('/account')
  const share = page.getByRole('switch', { name: 'Let the networks learn from my corrections' })
  await expect(share).not.toBeChecked()
  await share.focus()
  await page.keyboard.press('Space')
  await expect(page.getByText('Thank you.')).toBeVisible()
  await expect(share).toBeChecked()
  await look(page, 'account-consent')
  await contradict(request, ada, path)

  await page.context().clearCookies()
  await page.evaluate(() => localStorage.clear())
  await logIn(page, root)
  await page.goto('/admin')
  await page.getByRole('link', { name: 'Corrections' }).click()
  const rows = page.getByRole('list', { name: 'Corrections' }).getByRole('listitem')
  await expect(page.getByText('1 correction', { exact: true })).toBeVisible()
  await expect(rows.getByRole('heading')).toHaveText(/^Read as \d with .* the person says \d\.$/)
  await expect(rows.getByRole('img', { name: /^The line as it is written/ })).toBeVisible()
  await look(page, 'admin-corrections')
  await rows.getByRole('button', { name: /^Leave it out/ }).focus()
  await page.keyboard.press('Enter')
  await expect(page.getByText('It is left out.')).toBeVisible()
  await expect(page.getByText(/^Nothing waits for a decision/)).toBeVisible()
  await expect(page.getByRole('heading', { level: 1 })).toBeFocused()
  await page.getByText('Decided', { exact: true }).click()
  await rows.getByRole('button', { name: /^Learn from it/ }).click()
  await expect(page.getByText('It is learned from.')).toBeVisible()
  await look(page, 'admin-corrections-decided')
  await page.getByRole('link', { name: 'What happened to this account' }).click()
  const decided = `${root.email} decided that a correction of ${ada.email} is learned from.`
  await expect(page.getByText(decided)).toBeVisible()

  const headers = await tokenOf(request, ada)
  await request.patch('/api/v1/users/me', { headers, data: { shares_corrections: false } })
  await page.goto('/admin/corrections?state=decided')
  await expect(page.getByText('Nothing is decided yet.')).toBeVisible()
})

/** Says of the surest symbol of a reading that it is another, behind the page's back. */
async function contradict(request: APIRequestContext, person: Person, path: string) {
  const headers = await tokenOf(request, person)
  const answer = await request.get(`/api/v1${path}`, { headers })
  const { pages } = (await answer.json()) as Reading
  const { symbols } = pages[0]?.lines[0] ?? { symbols: [] }
  const [surest] = [...symbols.entries()].sort(([, a], [, b]) => b.confidence - a.confidence)
  if (!surest) throw new Error('nothing was read')
  const [symbol, { text, confidence }] = surest
  expect(confidence).toBeGreaterThan(0.98)
  const said = { kind: 'corrected', page: 0, line: 0, symbol, text: text === '9' ? '3' : '9' }
  const judged = await request.post(`/api/v1${path}/feedback`, { headers, data: said })
  expect(judged.status()).toBe(201)
}

async function tokenOf(request: APIRequestContext, person: Person) {
  const answer = await request.post('/api/v1/auth/login', { data: person })
  const { access_token } = (await answer.json()) as { access_token: string }
  return { Authorization: `Bearer ${access_token}` }
}

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
