import { useLocation } from 'react-router'
import { AccountLayout } from '@/features/accounts/account-layout'
import { LogInForm } from '@/features/accounts/log-in-form'

export function LogInPage() {
  const comesFromGuard = useLocation().search.includes('next=')
  return (
    <AccountLayout
      title="Log in"
      words={
        comesFromGuard
          ? 'Log in to see that page; you will be taken there.'
          : 'Good to see you again.'
      }
      other={{ question: 'New here?', link: 'Create an account', to: '/register' }}
    >
      <LogInForm />
    </AccountLayout>
  )
}
