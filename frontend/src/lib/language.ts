import { i18n } from '@lingui/core'
import { useSyncExternalStore } from 'react'
import { messages as english } from '@/locales/en.po'

/** Each by its own name, which is not translated. */
export const languages = { en: 'English', de: 'Deutsch' } as const

export type Language = keyof typeof languages
/** `auto`: whatever the browser asks for. */
export type LanguageChoice = Language | 'auto'

const KEY = 'legible-language'

const loaders: Record<Language, () => Promise<{ messages: typeof english }>> = {
  en: () => Promise.resolve({ messages: english }),
  de: () => import('@/locales/de.po'),
}

// There from the start: what is drawn before anything is chosen, and where a catalogue does not come.
i18n.loadAndActivate({ locale: 'en', messages: english })

function isLanguage(text: string | null | undefined): text is Language {
  return typeof text === 'string' && Object.hasOwn(languages, text)
}

function languageOf(locale: string): string | undefined {
  return locale.toLowerCase().split('-')[0]
}

/** What was chosen, else the first of the browser's languages that there is, else English. */
export function pickLanguage(chosen: string | null, wanted: readonly string[]): Language {
  if (isLanguage(chosen)) return chosen
  return wanted.map(languageOf).find(isLanguage) ?? 'en'
}

/** Numbers and dates as they are written where the reader is: `en-GB` stays British. */
export function pickFormats(language: Language, wanted: readonly string[]): string {
  return wanted.find((locale) => languageOf(locale) === language) ?? language
}

/** Fetches the words of the language that is to be shown. Where they do not come, it stays as it is. */
export async function startLanguage(): Promise<void> {
  const language = pickLanguage(read(), navigator.languages)
  const loaded = await loaders[language]().catch(() => null)
  // Another may have been chosen meanwhile.
  if (!loaded || language !== pickLanguage(read(), navigator.languages)) return
  i18n.load(language, loaded.messages)
  i18n.activate(language, pickFormats(language, navigator.languages))
  document.documentElement.lang = language
}

export async function chooseLanguage(choice: LanguageChoice): Promise<void> {
  keep(choice)
  await startLanguage()
}

/** The service's own words, such as the `detail` of a problem, are English. */
export function isServiceLanguage(): boolean {
  return i18n.locale === 'en'
}

export function useLanguage(): Language {
  return useSyncExternalStore(subscribe, () => i18n.locale as Language)
}

export function useLanguageChoice(): LanguageChoice {
  return useSyncExternalStore(subscribe, () => {
    const kept = read()
    return isLanguage(kept) ? kept : 'auto'
  })
}

function subscribe(listener: () => void) {
  return i18n.on('change', listener)
}

// Where the browser keeps nothing for us, a choice lasts as long as the page.
let chosenHere: string | null = null

function read(): string | null {
  try {
    return localStorage.getItem(KEY) ?? chosenHere
  } catch {
    return chosenHere
  }
}

function keep(choice: LanguageChoice) {
  chosenHere = choice === 'auto' ? null : choice
  try {
    if (chosenHere === null) localStorage.removeItem(KEY)
    else localStorage.setItem(KEY, chosenHere)
  } catch {
    // It still holds for this page.
  }
}
