import type { Page } from '@playwright/test'
import { expectAccessible, expectNoSidewaysScroll } from './accessibility'
import { keepScreen } from './screens'

/** Checks with axe and for sideways scrolling, on a phone by night and a desk by day. */
export async function look(page: Page, name: string) {
  for (const [width, colorScheme] of [
    [390, 'dark'],
    [1280, 'light'],
  ] as const) {
    await page.setViewportSize({ width, height: 900 })
    await page.emulateMedia({ colorScheme })
    await keepScreen(page, `${name}-${width}-${colorScheme}`)
    await expectAccessible(page, `${name}, ${width} px, ${colorScheme}`)
    await expectNoSidewaysScroll(page, `${name}, ${width} px`)
  }
}
