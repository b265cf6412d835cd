import { Title } from '@mantine/core'
import { useId, type ReactNode } from 'react'
import classes from '@/components/panel.module.css'

interface PanelProps {
  title: ReactNode
  children: ReactNode
  /** Beside the title: what can be done with all of it. */
  action?: ReactNode
}

/** A part of a page on a sheet of its own. */
export function Panel({ title, children, action }: PanelProps) {
  const id = useId()
  return (
    <section className={classes.panel} aria-labelledby={id}>
      <header className={classes.head}>
        <Title order={2} size="h3" id={id}>
          {title}
        </Title>
        {action}
      </header>
      {children}
    </section>
  )
}
