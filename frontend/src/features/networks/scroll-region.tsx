import type { ReactNode } from 'react'
import classes from '@/features/networks/tables.module.css'

/** What may be wider than the page. The keyboard must get there to scroll it (WCAG 2.1.1). */
export function ScrollRegion({ label, children }: { label: string; children: ReactNode }) {
  return (
    // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <div role="region" aria-label={label} tabIndex={0} className={classes.scroll}>
      {children}
    </div>
  )
}
