import { afterEach, describe, expect, test, vi } from 'vitest'
import { formatFileSize, formatMoment, formatNumber, formatPercent } from '@/lib/format'
import { chooseLanguage, pickFormats, pickLanguage, startLanguage } from '@/lib/language'
import { messages as english } from '@/locales/en.po'
import { messages as german } from '@/locales/de.po'

function browserAsksFor(...languages: string[]) {
  vi.spyOn(navigator, 'languages', 'get').mockReturnValue(languages)
}

afterEach(async () => {
  browserAsksFor('en-US')
  await chooseLanguage('auto')
})

test.each([
  { chosen: 'de', wanted: ['en-US'], language: 'de' },
  { chosen: 'en', wanted: ['de-DE'], language: 'en' },
  { chosen: null, wanted: ['de-AT', 'en'], language: 'de' },
  { chosen: null, wanted: ['fr-FR', 'DE'], language: 'de' },
  { chosen: null, wanted: ['fr-FR'], language: 'en' },
  { chosen: null, wanted: [], language: 'en' },
  { chosen: 'toString', wanted: ['de'], language: 'de' },
])('$chosen chosen and $wanted asked for gives $language', ({ chosen, wanted, language }) => {
  expect(pickLanguage(chosen, wanted)).toBe(language)
})

test('numbers and dates are written as in the country of the browser, in the language of the page', () => {
  expect(pickFormats('en', ['de-DE', 'en-GB'])).toBe('en-GB')
  expect(pickFormats('de', ['en-US'])).toBe('de')
})

describe('in German', () => {
  test('the page says its language, and numbers and dates follow it', async () => {
    browserAsksFor('de-DE')
    await startLanguage()
    expect(document.documentElement.lang).toBe('de')
    expect(formatNumber(10_000.5)).toBe('10.000,5')
    expect(formatPercent(0.987)).toBe('98,7\u00a0%')
    expect(formatFileSize(1_500_000)).toBe('1,4 MB')
    const now = new Date('2026-05-04T12:00:00')
    expect(formatMoment('2026-05-04T08:05:00', now)).toBe('Heute, 8:05')
    expect(formatMoment('2025-03-01T08:05:00', now)).toBe('1. März 2025')
  })

  test('a choice is kept, and given up for what the browser asks for', async () => {
    await chooseLanguage('de')
    expect(document.documentElement.lang).toBe('de')
    expect(localStorage.getItem('legible-language')).toBe('de')
    await chooseLanguage('auto')
    expect(document.documentElement.lang).toBe('en')
    expect(localStorage.getItem('legible-language')).toBeNull()
  })
})

test('a translation holds the same values and elements as its source', () => {
  expect(Object.keys(german).sort()).toEqual(Object.keys(english).sort())
  for (const [id, message] of Object.entries(english)) {
    expect(partsOf(german[id]), JSON.stringify(message)).toEqual(partsOf(message))
  }
})

/** The placeholders and the numbers of elements in a compiled message. */
function partsOf(message: unknown): string[] {
  const found = new Set<string>()
  const visit = (tokens: unknown) => {
    if (!Array.isArray(tokens)) return
    for (const token of tokens as unknown[]) {
      if (typeof token === 'string') token.match(/<\/?\d+\/?>/g)?.forEach((tag) => found.add(tag))
      if (!Array.isArray(token)) continue
      // A placeholder: its name, and for a count its name, how it is said, and the forms.
      const [name, , forms] = token as [string, string?, Record<string, unknown>?]
      found.add(`{${name}}`)
      Object.values(forms ?? {}).forEach(visit)
    }
  }
  visit(message)
  return [...found].sort()
}
