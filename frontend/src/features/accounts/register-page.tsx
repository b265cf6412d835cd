import { t } from '@lingui/core/macro'
import { useLocation } from 'react-router'
import { AccountLayout } from '@/features/accounts/account-layout'
import { GoogleSignIn } from '@/features/accounts/google-sign-in'
import { RegisterForm } from '@/features/accounts/register-form'
import { nextPath } from '@/lib/next-path'

export function RegisterPage() {
  const { search } = useLocation()
  return (
    <AccountLayout
      title={t`Create your account`}
      words={t`Your pictures and readings are seen by you alone.`}
      other={{ question: t`Already registered?`, link: t`Log in`, to: '/login' }}
    >
      <RegisterForm />
      <GoogleSignIn next={nextPath(search)} text={t`Sign up with Google`} />
    </AccountLayout>
  )
}
