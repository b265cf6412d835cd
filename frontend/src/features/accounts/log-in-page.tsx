import { t } from '@lingui/core/macro'
import { Box } from '@mantine/core'
import { useLocation } from 'react-router'
import { Notice } from '@/components/notice'
import { AccountLayout } from '@/features/accounts/account-layout'
import { GoogleSignIn } from '@/features/accounts/google-sign-in'
import { ForgotPasswordLink } from '@/features/accounts/forgot-password-link'
import { LogInForm } from '@/features/accounts/log-in-form'
import { problemText } from '@/features/accounts/sign-in-problem'
import { nextPath } from '@/lib/next-path'

export function LogInPage() {
  const { search } = useLocation()
  const problem = problemText(search)
  const comesFromGuard = problem === undefined && search.includes('next=')
  return (
    <AccountLayout
      title={t`Log in`}
      words={
        comesFromGuard
          ? t`Log in to see that page; you will be taken there.`
          : t`Good to see you again.`
      }
      other={{ question: t`New here?`, link: t`Create an account`, to: '/register' }}
    >
      {problem !== undefined && (
        <Box mb="md">
          <Notice kind="error">{problem}</Notice>
        </Box>
      )}
      <LogInForm aside={<ForgotPasswordLink />} />
      <GoogleSignIn next={nextPath(search)} text={t`Sign in with Google`} />
    </AccountLayout>
  )
}
