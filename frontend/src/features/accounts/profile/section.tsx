import { Title } from '@mantine/core'
import type { ReactNode } from 'react'
import classes from '@/features/accounts/account-page.module.css'

/** A card of an account page. */
export function Section({
  id,
  title,
  children,
}: {
  id: string
  title: string
  children: ReactNode
}) {
  return (
    <section className={classes.section} aria-labelledby={id}>
      <Title order={2} size="h3" id={id}>
        {title}
      </Title>
      <div>{children}</div>
    </section>
  )
}
