import type { Page } from '@playwright/test'

/**
 * Keeps a picture of a page for people to look at, if E2E_SCREENS is set.
 *
 * Nothing compares them, and all of them take longer than all that is checked.
 */
export async function keepScreen(page: Page, name: string, options: { fullPage?: boolean } = {}) {
  if (!process.env.E2E_SCREENS) return
  const path = `test-results/screens/${name}.png`
  await page.screenshot({ path, fullPage: true, animations: 'disabled', ...options })
}
