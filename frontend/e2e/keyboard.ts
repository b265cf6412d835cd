import { expect, type Locator, type Page } from '@playwright/test'

// More than any page has places to stop at.
const MOST_STOPS = 80

/** Goes to an element as somebody without a mouse does. */
async function tabTo(page: Page, target: Locator, key = 'Tab') {
  await expect(target).toBeVisible()
  for (let stop = 0; stop < MOST_STOPS; stop += 1) {
    if (await target.evaluate((element) => element === document.activeElement)) return
    await page.keyboard.press(key)
  }
  throw new Error(`${MOST_STOPS} presses of ${key} do not reach ${String(target)}`)
}

/** How a person works a page: every element is pressed, and every field filled in, in this way. */
export interface Hands {
  press: (target: Locator) => Promise<void>
  /** An entry of the menu that is open. */
  choose: (entry: Locator) => Promise<void>
  fill: (target: Locator, text: string) => Promise<void>
}

export function mouse(): Hands {
  return {
    press: (target) => target.click(),
    choose: (entry) => entry.click(),
    fill: (target, text) => target.fill(text),
  }
}

export function keyboardOnly(page: Page): Hands {
  return {
    press: async (target) => {
      await tabTo(page, target)
      await page.keyboard.press('Enter')
    },
    choose: async (entry) => {
      await tabTo(page, entry, 'ArrowDown')
      await page.keyboard.press('Enter')
    },
    fill: async (target, text) => {
      await tabTo(page, target)
      await page.keyboard.type(text)
    },
  }
}
