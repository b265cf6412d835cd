import { i18n } from '@lingui/core'
import { t } from '@lingui/core/macro'
import Markdown, { type Components } from 'react-markdown'
import remarkGfm from 'remark-gfm'
import classes from '@/features/networks/card.module.css'
import tables from '@/features/networks/tables.module.css'
import { ScrollRegion } from '@/features/networks/scroll-region'

// The card stands below a title of the second order.
const components: Components = {
  h1: ({ children }) => <h3 className={classes.title}>{children}</h3>,
  h2: ({ children }) => <h4 className={classes.part}>{children}</h4>,
  h3: ({ children }) => <h5 className={classes.part}>{children}</h5>,
  table: ({ children }) => (
    <ScrollRegion label={t`Table of the card`} lang={i18n.locale}>
      <table className={tables.table} lang="en">
        {children}
      </table>
    </ScrollRegion>
  ),
  pre: ({ children }) => (
    <ScrollRegion label={t`Command`} lang={i18n.locale}>
      <pre className={classes.command} lang="en">
        {children}
      </pre>
    </ScrollRegion>
  ),
}

/** A model card, which is English. HTML in it is shown as text, pictures are left out, and links lead to the web only. */
export function Card({ markdown }: { markdown: string }) {
  return (
    <div className={classes.card} lang="en">
      <Markdown remarkPlugins={[remarkGfm]} components={components} disallowedElements={['img']}>
        {markdown}
      </Markdown>
    </div>
  )
}
