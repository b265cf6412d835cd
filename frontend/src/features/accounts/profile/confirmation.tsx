import { t } from '@lingui/core/macro'
import { Button, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { expectSession } from '@/api/access'
import type { User } from '@/api/types'
import { Notice } from '@/components/notice'
import { accountErrorText, hasCode } from '@/features/accounts/account-error'
import { CurrentPasswordInput } from '@/features/accounts/current-password-input'
import { providersQuery } from '@/features/accounts/queries'

/** Asks for the password once more; who has none is told that a fresh log-in takes its place. */
export function ConfirmationInput({ user, error }: { user: User; error: unknown }) {
  if (user.has_password) {
    return (
      <CurrentPasswordInput
        label={t`Your password`}
        name="password"
        email={user.email}
        error={error}
      />
    )
  }
  return (
    <Text c="dimmed" size="sm">
      {t`You have no password to confirm this with. It works for 5 minutes after you have logged in.`}
    </Text>
  )
}

/** Why it was refused; a log-in that is too old can be renewed right here. */
export function ConfirmationProblem({ error }: { error: unknown }) {
  const { data: providers } = useQuery(providersQuery)
  const google = providers?.items.at(0)
  return (
    <Notice
      kind="error"
      action={
        hasCode(error, 'login_too_old') &&
        google && (
          <Button
            component="a"
            href={`${google.start}?next=${encodeURIComponent('/account')}`}
            size="compact-md"
            variant="default"
            onClick={expectSession}
          >
            {t`Log in again`}
          </Button>
        )
      }
    >
      {accountErrorText(error)}
    </Notice>
  )
}
