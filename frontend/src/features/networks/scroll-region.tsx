import type { ReactNode } from 'react'
import classes from '@/features/networks/tables.module.css'

interface ScrollRegionProps {
  label: string
  /** Of the label, where it is another one than around it. */
  lang?: string
  children: ReactNode
}

/** What may be wider than the page. The keyboard must get there to scroll it (WCAG 2.1.1). */
export function ScrollRegion({ label, lang, children }: ScrollRegionProps) {
  return (
    // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <div role="region" aria-label={label} lang={lang} tabIndex={0} className={classes.scroll}>
      {children}
    </div>
  )
}
