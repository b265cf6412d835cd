import { Title } from '@mantine/core'
import { useSession } from '@/api/session'
import classes from '@/features/accounts/account-page.module.css'
import { Devices } from '@/features/accounts/devices'
import { usePageTitle } from '@/lib/use-page-title'

const day = new Intl.DateTimeFormat(undefined, { dateStyle: 'long' })

export function AccountPage() {
  usePageTitle('Account')
  const session = useSession()
  if (session.status === 'anonymous') return null
  const { name, email, created_at } = session.user
  return (
    <div className={classes.page}>
      <header>
        <Title order={1}>{name}</Title>
        <p className={classes.soft}>
          {email} · account since {day.format(new Date(created_at))}
        </p>
      </header>
      <Devices />
    </div>
  )
}
