import { t } from '@lingui/core/macro'
import { Trans } from '@lingui/react/macro'
import { Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useSearchParams } from 'react-router'
import { useSession } from '@/api/session'
import { Notice } from '@/components/notice'
import classes from '@/features/accounts/account-page.module.css'
import { Devices } from '@/features/accounts/devices'
import { DataSetting } from '@/features/accounts/profile/data-setting'
import { DeleteAccount } from '@/features/accounts/profile/delete-account'
import { EmailSetting } from '@/features/accounts/profile/email-setting'
import { GoogleSetting } from '@/features/accounts/profile/google-setting'
import { LanguageSetting } from '@/features/accounts/profile/language-setting'
import { LearningSetting } from '@/features/accounts/profile/learning-setting'
import { NameSetting } from '@/features/accounts/profile/name-setting'
import { PasswordSetting } from '@/features/accounts/profile/password-setting'
import { Section } from '@/features/accounts/profile/section'
import { meQuery } from '@/features/accounts/queries'
import { problemText } from '@/features/accounts/sign-in-problem'
import { formatDate } from '@/lib/format'
import { usePageTitle } from '@/lib/use-page-title'

export function AccountPage() {
  usePageTitle(t`Your account`)
  const session = useSession()
  // The address may have been confirmed, or the name changed, on another device.
  useQuery({ ...meQuery, enabled: session.status === 'active' })
  if (session.status === 'anonymous') return null
  const { user } = session
  return (
    <div className={classes.page}>
      <header>
        <Title order={1}>{t`Your account`}</Title>
        <p className={classes.soft}>
          <Trans>Since {formatDate(new Date(user.created_at), { dateStyle: 'long' })}</Trans>
        </p>
      </header>
      <FromGoogle />
      <Section id="profile-title" title={t`Profile`}>
        <NameSetting name={user.name} />
        <EmailSetting user={user} />
        <LanguageSetting />
      </Section>
      <Section id="ways-in-title" title={t`How you log in`}>
        <PasswordSetting user={user} />
        <GoogleSetting user={user} />
      </Section>
      <Devices />
      <Section id="learning-title" title={t`Help it read better`}>
        <LearningSetting isShared={user.shares_corrections} />
      </Section>
      <Section id="data-title" title={t`Your data`}>
        <DataSetting />
        <DeleteAccount user={user} />
      </Section>
    </div>
  )
}

/** Back from connecting a Google account: how it went. */
function FromGoogle() {
  const [search] = useSearchParams()
  const problem = problemText(search.toString())
  if (problem !== undefined) return <Notice kind="error">{problem}</Notice>
  if (search.get('connected') !== 'google') return null
  return (
    <Notice kind="info">{t`Your Google account is connected: it lets you in from now on.`}</Notice>
  )
}
