import { useEffect, useRef } from 'react'
import { useRevalidator } from 'react-router'
import { useLanguage } from '@/lib/language'

/** Words are looked up while a page is drawn: in another language it is drawn anew, and what is in it stays. */
export function RedrawInLanguage() {
  const language = useLanguage()
  const drawn = useRef(language)
  const { revalidate } = useRevalidator()

  useEffect(() => {
    if (drawn.current === language) return
    drawn.current = language
    void revalidate()
  }, [language, revalidate])

  return null
}
