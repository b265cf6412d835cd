import { useLocation } from 'react-router'
import { AccountLayout } from '@/features/accounts/account-layout'
import { GoogleSignIn } from '@/features/accounts/google-sign-in'
import { RegisterForm } from '@/features/accounts/register-form'
import { nextPath } from '@/lib/next-path'

export function RegisterPage() {
  const { search } = useLocation()
  return (
    <AccountLayout
      title="Create your account"
      words="Your pictures and readings are seen by you alone."
      other={{ question: 'Already registered?', link: 'Log in', to: '/login' }}
    >
      <RegisterForm />
      <GoogleSignIn next={nextPath(search)} text="Sign up with Google" />
    </AccountLayout>
  )
}
