import { msg, t } from '@lingui/core/macro'
import { Trans } from '@lingui/react/macro'
import { IconEyeCheck, IconFileText, IconLock } from '@tabler/icons-react'
import { Title } from '@mantine/core'
import { lazy, Suspense } from 'react'
import { Navigate } from 'react-router'
import { useSession } from '@/api/session'
import classes from '@/app/landing-page.module.css'
import { LinkButton } from '@/components/link-button'
import { Notice } from '@/components/notice'
import { SampleReading } from '@/components/sample-reading'
import { usePageTitle } from '@/lib/use-page-title'

const TryIt = lazy(() =>
  import('@/features/readings/trying/try-it').then((module) => ({ default: module.TryIt })),
)

const points = [
  {
    icon: IconFileText,
    title: msg`Any picture of it`,
    words: msg`Photos, scans and PDFs; pen, pencil or chalk; plain, ruled or squared paper.`,
  },
  {
    icon: IconEyeCheck,
    title: msg`It says how sure it is`,
    words: msg`Every digit has its percentage and its place in the picture. What is doubtful is marked.`,
  },
  {
    icon: IconLock,
    title: msg`Yours alone`,
    words: msg`Pictures are kept without location data. Only you see them, and you can delete them.`,
  },
]

export function LandingPage() {
  const session = useSession()
  usePageTitle(t`Handwritten numbers, read`)

  if (session.status !== 'anonymous') return <Navigate to="/read" replace />
  return (
    <div className={classes.page}>
      <section className={classes.hero}>
        <div>
          {session.accountDeleted && (
            <div className={classes.goodbye}>
              <Notice kind="info">
                {t`Your account and everything in it are deleted. Thank you for having been here.`}
              </Notice>
            </div>
          )}
          <Title order={1} className={classes.title}>
            <Trans>Handwritten numbers, read&nbsp;for&nbsp;you</Trans>
          </Title>
          <p className={classes.lead}>
            {t`Drop in a picture. Legible finds each digit, reads it, and tells you how sure it is.`}
          </p>
          <div className={classes.actions}>
            <LinkButton to="/register" size="lg">
              {t`Create an account`}
            </LinkButton>
            <LinkButton to="/login" size="lg" variant="default">
              {t`Log in`}
            </LinkButton>
          </div>
        </div>
        <SampleReading />
      </section>
      <Suspense fallback={null}>
        <TryIt />
      </Suspense>
      <ul className={classes.points}>
        {points.map(({ icon: Icon, title, words }) => (
          <li key={title.id}>
            <Icon size={28} stroke={1.7} aria-hidden className={classes.icon} />
            <Title order={2} size="h4">
              {t(title)}
            </Title>
            <p>{t(words)}</p>
          </li>
        ))}
      </ul>
    </div>
  )
}
