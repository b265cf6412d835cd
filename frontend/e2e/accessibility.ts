import { AxeBuilder } from '@axe-core/playwright'
import { expect, type Page } from '@playwright/test'

const rules = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']

/** Nothing that axe knows of breaks WCAG 2.2 A or AA on the page as it stands. */
export async function expectAccessible(page: Page, name: string) {
  // In the page itself, twice as fast as from a second one: there are no frames of other sites.
  const axe = new AxeBuilder({ page }).setLegacyMode(true).withTags(rules)
  const { violations } = await axe.analyze()
  const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map((n) => n.html).join(' ')}`)
  expect(found, name).toEqual([])
}

/** The page is as wide as the window. */
export async function expectNoSidewaysScroll(page: Page, name: string) {
  const overflow = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  )
  expect(overflow, `${name} scrolls sideways`).toBe(0)
}
