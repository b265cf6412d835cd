import { t } from '@lingui/core/macro'
import { Trans } from '@lingui/react/macro'
import { Button, PasswordInput, Stack } from '@mantine/core'
import { useMutation, useQuery } from '@tanstack/react-query'
import { errorText } from '@/api/error-text'
import { Notice } from '@/components/notice'
import { AccountLayout } from '@/features/accounts/account-layout'
import { linkMutation, pendingLinkQuery } from '@/features/accounts/queries'
import { textField } from '@/features/accounts/text-field'

/** Someone signed in with Google whose address has an account here: is it theirs? */
export function LinkPage() {
  const pending = useQuery(pendingLinkQuery)
  return (
    <AccountLayout
      title={t`Connect your Google account`}
      words={
        pending.data ? (
          <>
            <Trans>
              There is already an account for <strong>{pending.data.email}</strong>. Enter its
              password once, and from then on Google lets you in.
            </Trans>
          </>
        ) : (
          t`There is already an account with your e-mail address.`
        )
      }
      other={{ question: t`Not now?`, link: t`Back to the log-in page`, to: '/login' }}
    >
      {pending.isError && <Notice kind="error">{errorText(pending.error)}</Notice>}
      {pending.data && <LinkForm email={pending.data.email} />}
    </AccountLayout>
  )
}

function LinkForm({ email }: { email: string }) {
  const link = useMutation(linkMutation)
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        link.mutate({ password: textField(new FormData(event.currentTarget), 'password') })
      }}
    >
      <Stack gap="md">
        {link.isError && <Notice kind="error">{errorText(link.error)}</Notice>}
        {/* For password managers, which look for whose password it is. */}
        <input type="hidden" name="email" autoComplete="username" value={email} readOnly />
        <PasswordInput
          label={t`Password`}
          name="password"
          autoComplete="current-password"
          required
          withAsterisk={false}
          data-autofocus
          visibilityToggleButtonProps={{ 'aria-label': t`Show password`, tabIndex: 0 }}
        />
        <Button type="submit" size="md" loading={link.isPending} fullWidth>
          {t`Connect and log in`}
        </Button>
      </Stack>
    </form>
  )
}
