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
    <ScrollRegion label="Table of the card">
      <table className={tables.table}>{children}</table>
    </ScrollRegion>
  ),
  pre: ({ children }) => (
    <ScrollRegion label="Command">
      <pre className={classes.command}>{children}</pre>
    </ScrollRegion>
  ),
}

/** A model card. HTML in it is shown as text, pictures are left out, and links lead to the web only. */
export function Card({ markdown }: { markdown: string }) {
  return (
    <div className={classes.card}>
      <Markdown remarkPlugins={[remarkGfm]} components={components} disallowedElements={['img']}>
        {markdown}
      </Markdown>
    </div>
  )
}
