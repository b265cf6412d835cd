import { expect, test, type Page } from '@playwright/test'
import { expectAccessible, expectNoSidewaysScroll } from './accessibility'
import { chooseFile, logIn, register, send } from './people'
import { drawBlank, drawNumber } from './pictures'
import { keepScreen } from './screens'

const sizes = [
  { width: 1280, height: 800 },
  { width: 390, height: 844 },
]

for (const viewport of sizes) {
  test.describe(`${viewport.width} px wide`, () => {
    test.use({ viewport })

    test('the public pages are accessible', async ({ page }) => {
      const look = lookAt(page, viewport.width)
      await page.goto('/')
      await look('landing')
      await page.goto('/login')
      await look('log-in')
      await page.goto('/register')
      await look('register')
      await page.goto('/forgot-password')
      await expect(page.getByLabel('E-mail')).toBeVisible()
      await look('forgot-password')
      await page.getByLabel('E-mail').fill('nobody@example.org')
      await page.getByRole('button', { name: 'Send me the mail' }).click()
      await expect(page.getByText('a mail is on its way')).toBeVisible()
      await look('forgot-password-sent')
      await page.goto('/reset-password#token=unknown')
      await page.getByLabel('New password').fill('seven amber lanterns')
      await look('reset-password')
      await page.getByRole('button', { name: 'Set the password' }).click()
      await expect(page.getByRole('heading', { name: /no longer works/ })).toBeVisible()
      await look('reset-password-used')
      await page.goto('/verify-email#token=unknown')
      await expect(page.getByRole('heading', { name: /no longer works/ })).toBeVisible()
      await look('verify-email')
      await page.goto('/change-email#token=unknown')
      await expect(page.getByRole('heading', { name: /no longer works/ })).toBeVisible()
      await look('change-email')
      await page.goto('/nowhere')
      await expect(page.getByRole('heading', { name: 'There is no page here' })).toBeVisible()
      await look('not-found')
    })

    test('the pages of an account are accessible', async ({ page, request }) => {
      // Eighteen pages, each looked over by axe twice.
      test.slow()
      const look = lookAt(page, viewport.width)
      await logIn(page, await register(request))
      await look('read')
      const buffer = Buffer.from('Just a few words, no picture.')
      await chooseFile(page, { name: 'notes.png', mimeType: 'image/png', buffer })
      await expect(page.getByRole('alert')).toBeVisible()
      await look('read-refused')
      await page.goto('/readings')
      await expect(page.getByRole('heading', { name: 'Nothing read yet' })).toBeVisible()
      await look('history-empty')

      await send(page, await drawBlank(page))
      await look('reading-blank')
      await send(page, await drawNumber(page, '7', 'seven.png'))
      await look('reading-digit')
      await send(page, await drawNumber(page, '0417\n2938', 'parcel label.png'))
      await look('reading-number')
      await page.getByRole('button', { name: 'What the model saw' }).click()
      await expect(page.getByRole('img', { name: /^The ink of page 1/ })).toBeVisible()
      await look('reading-stages')
      await send(page, await drawNumber(page, '444', 'run together.png', 88))
      await look('reading-doubtful')
      await page.getByRole('button', { name: 'Delete' }).click()
      await expect(page.getByRole('dialog')).toBeVisible()
      await look('delete')
      await page.goto('/readings')
      await expect(page.getByRole('main').getByRole('listitem')).toHaveCount(4)
      await look('history')
      await page.getByRole('button', { name: /^Account of/ }).click()
      await expect(page.getByRole('button', { name: 'Log out' })).toBeVisible()
      await look('account-menu')
      await page.goto('/account')
      await expect(page.getByText('This device')).toBeVisible()
      await look('account')
      await page.getByRole('button', { name: 'Change your name' }).click()
      await page.getByRole('button', { name: 'Change your e-mail address' }).click()
      await page.getByRole('button', { name: 'Change your password' }).click()
      await look('account-forms')
      await page.getByRole('button', { name: 'Delete account …' }).click()
      await expect(page.getByRole('dialog')).toBeVisible()
      await look('account-delete')
      await page.goto('/review')
      await expect(page.getByRole('heading', { name: 'Nothing to review' })).toBeVisible()
      await look('review-empty')
      await send(page, await drawNumber(page, '80563', 'close.png', 60))
      await look('reading-touching')
      await page.goto('/review')
      await expect(page.getByRole('region', { name: 'Review of close.png' })).toBeVisible()
      await look('review')
      await page.keyboard.type('8s')
      await look('review-split')
      await page.keyboard.press('?')
      await expect(page.getByRole('dialog')).toBeVisible()
      await look('review-keys')
      await page.goto('/readings/0197c7c0-0000-7000-8000-000000000000')
      await expect(page.getByRole('heading', { name: 'There is no such reading' })).toBeVisible()
      await look('reading-not-found')
    })
  })
}

test('the keyboard reaches the page past the header in one step', async ({ page }) => {
  await page.goto('/')
  // Keys that come before the page is there are lost.
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
  await page.keyboard.press('Tab')
  await expect(page.getByRole('link', { name: 'Skip to the page' })).toBeFocused()
  await page.keyboard.press('Enter')
  await page.keyboard.press('Tab')
  await expect(page.getByRole('link', { name: 'Create an account' })).toBeFocused()
})

test('the theme that was chosen is there after a reload', async ({ page }) => {
  await page.goto('/')
  await page.getByRole('button', { name: 'Theme' }).click()
  await page.getByRole('menuitemradio', { name: 'Dark' }).click()
  await page.reload()
  await expect(page.locator('html')).toHaveAttribute('data-mantine-color-scheme', 'dark')
})

/** Checks a page with axe, by day and by night, and that it does not scroll sideways. */
function lookAt(page: Page, width: number) {
  return async (name: string) => {
    await page.evaluate(() => document.fonts.ready)
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme })
      await keepScreen(page, `${name}-${width}-${colorScheme}`)
      await expectAccessible(page, `${name}, ${colorScheme}`)
    }
    await page.emulateMedia({ colorScheme: 'light' })
    await expectNoSidewaysScroll(page, name)
  }
}
