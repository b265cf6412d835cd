import { Title } from '@mantine/core'
import type { ReactNode } from 'react'
import { Link, Navigate, useLocation } from 'react-router'
import { useSession } from '@/api/session'
import { SampleReading } from '@/components/sample-reading'
import classes from '@/features/accounts/account-layout.module.css'
import { nextPath } from '@/lib/next-path'
import { usePageTitle } from '@/lib/use-page-title'

interface AccountLayoutProps {
  title: string
  words: ReactNode
  children: ReactNode
  /** The other page, for those who came to the wrong one. */
  other: { question: string; link: string; to: string }
  /** The page is of use to those who are logged in too. */
  forEverybody?: boolean
}

export function AccountLayout({
  title,
  words,
  children,
  other,
  forEverybody = false,
}: AccountLayoutProps) {
  const session = useSession()
  const { search } = useLocation()
  usePageTitle(title)

  if (session.status === 'active' && !forEverybody) {
    return <Navigate to={nextPath(search)} replace />
  }
  return (
    <div className={classes.page}>
      <section className={classes.form}>
        <Title order={1} size="h1" mb={8}>
          {title}
        </Title>
        <div className={classes.words}>{words}</div>
        {children}
        <p className={classes.other}>
          {other.question}{' '}
          <Link to={{ pathname: other.to, search }} className={classes.link}>
            {other.link}
          </Link>
        </p>
      </section>
      <div className={classes.sample} aria-hidden>
        <SampleReading />
      </div>
    </div>
  )
}
