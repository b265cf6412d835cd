import { readFileSync } from 'node:fs'
import { expect, test, type Page } from '@playwright/test'
import { expectAccessible, expectNoSidewaysScroll } from './accessibility'
import { register } from './people'
import { drawNumber } from './pictures'
import { keepScreen } from './screens'

const sizes = [
  { width: 1280, height: 800 },
  { width: 390, height: 844 },
]

for (const viewport of sizes) {
  test.describe(`a German browser, ${viewport.width} px wide`, () => {
    test.use({ locale: 'de-DE', viewport })

    test('has German pages, until English is chosen', async ({ page, request }) => {
      test.slow()
      const look = lookAt(page, String(viewport.width))
      await page.goto('/')
      await expect(page.getByRole('heading', { level: 1 })).toContainText('Handgeschriebene Zahlen')
      await look('landing')
      await page.goto('/register')
      await expect(page.getByRole('heading', { name: 'Ihr Konto erstellen' })).toBeVisible()
      await look('register')
      const { email, password } = await register(request)
      await page.goto('/login')
      await page.getByLabel('E-Mail').fill(email)
      await page.getByLabel('Passwort', { exact: true }).fill(password)
      await page.getByRole('button', { name: 'Anmelden' }).click()
      await expect(page.getByRole('heading', { name: /Bild/ })).toBeVisible()
      await look('read')

      const files = page.locator('input[type=file]').first()
      await files.setInputFiles(await drawNumber(page, '80563', 'eng.png', 60))
      await expect(page.getByRole('heading', { name: 'Zum Ansehen' })).toBeVisible()
      await look('reading')
      for (const path of ['/review', '/readings', '/account', '/account/keys', '/account/usage']) {
        await page.goto(path)
        await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
        await page.waitForLoadState('networkidle')
        await look(path.slice(1).replace('/', '-'))
      }

      await page.getByRole('button', { name: 'Sprache' }).click()
      await page.getByRole('menuitemradio', { name: 'English' }).click()
      await expect(page.getByRole('heading', { level: 1, name: 'Usage' })).toBeVisible()
      await expect(page.locator('html')).toHaveAttribute('lang', 'en')
      await page.reload()
      await expect(page.getByRole('heading', { level: 1, name: 'Usage' })).toBeVisible()
    })
  })
}

/** A German page with no English left over, which axe has nothing against and that does not scroll sideways. */
function lookAt(page: Page, variant: string) {
  const english = wordsOnlyEnglish()
  return async (name: string) => {
    await page.evaluate(() => document.fonts.ready)
    await keepScreen(page, `de-${name}-${variant}`)
    await expect(page.locator('html')).toHaveAttribute('lang', 'de')
    const shown = await page.evaluate(wordsOfPage)
    const left = shown.filter((words) => english.has(words))
    expect(left, `${name} has English words`).toEqual([])
    await expectAccessible(page, name)
    await expectNoSidewaysScroll(page, name)
  }
}

/** All that a person sees or a screen reader says. */
function wordsOfPage(): string[] {
  const words: string[] = [document.title.replace(' · Legible', '')]
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  while (texts.nextNode()) words.push(texts.currentNode.textContent?.trim() ?? '')
  const named = '[aria-label], [alt], [placeholder], [title]'
  for (const element of document.querySelectorAll(named)) {
    for (const name of ['aria-label', 'alt', 'placeholder', 'title']) {
      words.push(element.getAttribute(name) ?? '')
    }
  }
  return words
}

/** The English words of the catalogue that German says otherwise. */
function wordsOnlyEnglish(): Set<string> {
  const catalogue = readFileSync(new URL('../src/locales/de.po', import.meta.url), 'utf8')
  const pairs = [...catalogue.matchAll(/^msgid "(.+)"\nmsgstr "(.*)"$/gm)]
  const german = new Set(pairs.map(([, , translation]) => translation))
  return new Set(pairs.flatMap(([, source = '']) => (german.has(source) ? [] : [source])))
}
