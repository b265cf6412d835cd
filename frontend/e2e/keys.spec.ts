import { expect, test, type Page } from '@playwright/test'
import { expectAccessible, expectNoSidewaysScroll } from './accessibility'
import { logIn, register } from './people'
import { drawNumber } from './pictures'
import { keepScreen } from './screens'

test('a key reads a picture, its page is counted, and revoked it is refused', async ({
  page,
  request,
}) => {
  // Five pages, each looked over six times by axe.
  test.slow()
  await logIn(page, await register(request))
  await page.goto('/account/keys')
  await expect(page.getByRole('heading', { name: 'No keys yet' })).toBeVisible()
  await look(page, 'keys-empty')
  await page.getByRole('button', { name: 'Make your first key' }).click()
  await page.getByLabel('Name').fill('Post room scanner')
  await look(page, 'keys-new')
  await page.getByRole('button', { name: 'Make the key' }).click()
  const key = await page.getByText(/^lgb_\w{49}$/).innerText()
  await look(page, 'keys-made')
  await page.getByRole('button', { name: 'I have kept it' }).click()
  await expect(page.getByRole('dialog')).toBeHidden()
  await look(page, 'keys')

  const send = async () =>
    request.post('/api/v1/readings', {
      headers: { Authorization: `Bearer ${key}` },
      multipart: { file: await drawNumber(page, '7', 'seven.png') },
    })
  expect((await send()).status()).toBe(201)

  await page.goto('/account/usage')
  const row = page.getByRole('row', { name: /^Post room scanner/ })
  await expect(row.getByRole('cell').last()).toHaveText('1')
  await expect(page.getByText('999 pages are left.')).toBeVisible()
  await look(page, 'usage')

  await page.goto('/account/keys')
  await page.getByRole('button', { name: 'Revoke Post room scanner' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click()
  await expect(page.getByText(/^Post room scanner is revoked/)).toBeVisible()
  const refused = await send()
  expect(refused.status()).toBe(401)
  expect(await refused.json()).toMatchObject({ code: 'key_revoked' })
})

/** Checks with axe and for sideways scrolling, on a phone, a tablet and a desk, by day or by night. */
async function look(page: Page, name: string) {
  for (const [width, colorSchemes] of [
    [390, ['light', 'dark']],
    [768, ['dark']],
    [1440, ['light']],
  ] as const) {
    await page.setViewportSize({ width, height: 900 })
    for (const colorScheme of colorSchemes) {
      await page.emulateMedia({ colorScheme })
      await keepScreen(page, `${name}-${width}-${colorScheme}`)
      await expectAccessible(page, `${name}, ${width} px, ${colorScheme}`)
    }
    await expectNoSidewaysScroll(page, `${name}, ${width} px`)
  }
}
