import { expect, test, type Page } from '@playwright/test'
import { expectAccessible, expectNoSidewaysScroll } from './accessibility'
import { logIn, register, send } from './people'
import { drawNumber } from './pictures'
import { keepScreen } from './screens'

const variants = [
  { colorScheme: 'light', viewport: { width: 1280, height: 800 } },
  { colorScheme: 'dark', viewport: { width: 390, height: 844 } },
] as const

for (const { colorScheme, viewport } of variants) {
  test(`a visitor has pictures read, ${viewport.width} px wide, ${colorScheme}`, async ({
    browser,
  }) => {
    const context = await browser.newContext({ colorScheme, viewport, reducedMotion: 'reduce' })
    const page = await context.newPage()
    const look = lookAt(page, `${viewport.width}-${colorScheme}`)
    await page.goto('/')
    await page.getByRole('button', { name: 'Read this sample' }).click()
    const result = page.getByRole('group', { name: 'The result' })
    await expect(result.getByRole('heading', { name: 'Read: 04107' })).toBeAttached()
    await expect(result.getByText(/\d% sure of the whole number/)).toBeVisible()
    await expect(result).toBeFocused()
    await look('try-sample')
    await result.getByRole('button', { name: 'What the model saw' }).click()
    await expect(result.getByRole('img', { name: /^The ink of page 1/ })).toBeVisible()
    await look('try-stages')

    const chooser = page.waitForEvent('filechooser')
    await page.getByRole('button', { name: 'Choose a picture' }).click()
    await (await chooser).setFiles(await drawNumber(page, '2938'))
    await expect(result.getByRole('heading', { name: 'Read: 2938' })).toBeAttached()

    await page.route('**/api/v1/try?*', (route) =>
      route.fulfill({
        status: 429,
        contentType: 'application/problem+json',
        body: JSON.stringify({ code: 'too_many_requests', detail: 'Enough.' }),
      }),
    )
    await page.getByRole('button', { name: 'Read this sample' }).click()
    await expect(page.getByRole('alert')).toContainText('Create an account to go on')
    await look('try-enough')
    await context.close()
  })
}

test('a reading is looked at closely, and told as a request', async ({ page, request }) => {
  await logIn(page, await register(request))
  await page.getByLabel('What kind of number is it?').selectOption('Whole number')
  await look390(page, 'read-pattern')
  await send(page, await drawNumber(page, '2715'))
  const frame = page.getByRole('group', { name: /^The picture/ })
  await frame.focus()
  await page.keyboard.press('+')
  await page.keyboard.press('+')
  await expect(page.getByText('225%')).toBeVisible()
  const boxes = page.getByRole('group', { name: 'Digits on the picture' }).getByRole('button')
  await page.getByRole('group', { name: 'Digits in reading order' }).getByText('5').click()
  await expect(boxes.last()).toBeInViewport()
  expect(await frame.evaluate((element) => element.scrollLeft)).toBeGreaterThan(0)

  await page.getByRole('button', { name: 'Writing style and timing' }).click()
  await page.getByRole('button', { name: 'For developers' }).click()
  await expect(page.getByLabel('Example: JSON', { exact: true })).toContainText('"text": "2715"')
  await look390(page, 'reading-developers')
  await page.getByRole('tab', { name: 'JavaScript' }).click()
  await expect(page.getByLabel('Example: JavaScript', { exact: true })).toContainText(
    'YOUR_API_KEY',
  )
})

async function look390(page: Page, name: string) {
  await page.setViewportSize({ width: 1280, height: 800 })
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme })
    await lookAt(page, `1280-${colorScheme}`)(name)
  }
  await page.setViewportSize({ width: 390, height: 844 })
  await lookAt(page, '390-dark')(name)
  await page.setViewportSize({ width: 1280, height: 800 })
}

/** Checks a page with axe, that it does not scroll sideways, and keeps a picture of it. */
function lookAt(page: Page, variant: string) {
  return async (name: string) => {
    await page.evaluate(() => document.fonts.ready)
    await keepScreen(page, `${name}-${variant}`)
    await expectAccessible(page, name)
    await expectNoSidewaysScroll(page, name)
  }
}
