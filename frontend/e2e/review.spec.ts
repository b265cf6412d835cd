import { expect, test } from '@playwright/test'
import { keyboardOnly } from './keyboard'
import { logIn, register, send } from './people'
import { drawNumber } from './pictures'

// So close that the digits run into each other, and a person should look.
const CLOSE = 60

test.beforeEach(async ({ page, request }) => {
  await logIn(page, await register(request))
})

test('doubtful numbers are checked by keyboard alone, and found corrected', async ({ page }) => {
  await send(page, await drawNumber(page, '80563', 'worst.png', CLOSE))
  await send(page, await drawNumber(page, '471', 'better.png', CLOSE))
  await page.goto('/readings')

  await keyboardOnly(page).press(page.getByRole('link', { name: 'Review', exact: true }))
  await expect(page.getByRole('region', { name: 'Review of worst.png' })).toBeVisible()
  const digits = page.getByRole('application').getByRole('button')
  await expect(digits.first()).toBeFocused()

  // All five are in doubt: typing the number goes through them.
  await page.keyboard.type('80563')
  await expect(page.getByText('Nothing is in doubt any more')).toBeVisible()
  await page.keyboard.press('Enter')
  await expect(page.getByRole('region', { name: 'Review of better.png' })).toBeVisible()
  await page.keyboard.press('Tab')
  await expect(digits.nth(1)).toBeFocused()
  await page.keyboard.press('Shift+Tab')
  await expect(digits.first()).toBeFocused()
  await page.keyboard.press('x')
  await expect(digits.first()).toHaveAccessibleName(/no digit/)
  await page.keyboard.press('z')
  await expect(digits.first()).toHaveAccessibleName(/4, .* check it/)
  await page.keyboard.press('Enter')

  await expect(page.getByRole('heading', { name: 'All checked' })).toBeVisible()
  await expect(page.getByText('All saved')).toBeVisible()
  await page.keyboard.press('Tab')
  await page.getByRole('link', { name: 'See the history' }).press('Enter')
  const rows = page.getByRole('main').getByRole('listitem')
  await expect(rows.filter({ hasText: 'worst.png' })).toContainText('80563')
  await expect(rows.filter({ hasText: 'worst.png' })).toContainText('Checked')
  await expect(rows.filter({ hasText: 'better.png' })).toContainText('471')
  await page.goto('/review')
  await expect(page.getByRole('heading', { name: 'Nothing to review' })).toBeVisible()
})

test('a correction made without a connection is kept over a reload and sent after it', async ({
  page,
  context,
}) => {
  const path = await send(page, await drawNumber(page, '471', 'close.png', CLOSE))
  await page.goto('/review')
  await expect(page.getByRole('region', { name: 'Review of close.png' })).toBeVisible()
  await context.setOffline(true)
  await page.keyboard.press('9')
  await expect(page.getByText('1 step kept here until the connection is back')).toBeVisible()
  await context.setOffline(false)
  await page.goto(path)

  await expect
    .poll(async () => {
      await page.reload()
      await page.getByRole('img', { name: 'Page 1 as it was sent' }).waitFor()
      return page.getByText('971').count()
    })
    .toBeGreaterThan(0)
})

test('a box is redrawn with the mouse', async ({ page }) => {
  await send(page, await drawNumber(page, '471', 'close.png', CLOSE))
  await page.goto('/review')
  await page.getByRole('button', { name: 'Redraw' }).click()
  const picture = page.getByRole('group', { name: /^Page 1 as it was sent/ })
  const place = await picture.boundingBox()
  if (!place) throw new Error('the picture should be visible')
  const at = (across: number, down: number) =>
    [place.x + place.width * across, place.y + place.height * down] as const
  await page.mouse.move(...at(0.4, 0.3))
  await page.mouse.down()
  await page.mouse.move(...at(0.55, 0.7), { steps: 4 })
  await page.mouse.up()
  await page.getByRole('button', { name: 'Save the box' }).click()

  await expect(page.getByText('The new box is saved.')).toBeVisible()
  await expect(page.getByText('All saved')).toBeVisible()
})
