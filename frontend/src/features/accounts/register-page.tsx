import { AccountLayout } from '@/features/accounts/account-layout'
import { RegisterForm } from '@/features/accounts/register-form'

export function RegisterPage() {
  return (
    <AccountLayout
      title="Create your account"
      words="Your pictures and readings are seen by you alone."
      other={{ question: 'Already registered?', link: 'Log in', to: '/login' }}
    >
      <RegisterForm />
    </AccountLayout>
  )
}
