import { Title } from '@mantine/core'
import type { ReactNode, Ref } from 'react'
import classes from '@/components/page-head.module.css'

interface PageHeadProps {
  title: ReactNode
  /** What the page is for, in a sentence or two. */
  children?: ReactNode
  action?: ReactNode
  /** Where the focus goes when what had it is gone. */
  ref?: Ref<HTMLHeadingElement>
}

export function PageHead({ title, children, action, ref }: PageHeadProps) {
  return (
    <header className={classes.head}>
      <div className={classes.words}>
        <Title order={1} ref={ref} tabIndex={ref ? -1 : undefined} className={classes.title}>
          {title}
        </Title>
        {children && <div className={classes.lead}>{children}</div>}
      </div>
      {action}
    </header>
  )
}
