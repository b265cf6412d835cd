import { t } from '@lingui/core/macro'
import { Button, Stack } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { LinkButton } from '@/components/link-button'
import { Notice } from '@/components/notice'
import { accountErrorText, hasCode } from '@/features/accounts/account-error'
import { AccountLayout } from '@/features/accounts/account-layout'
import { NewPasswordInput } from '@/features/accounts/new-password-input'
import { resetPasswordMutation } from '@/features/accounts/recovery/queries'
import { useLinkToken } from '@/features/accounts/recovery/use-link-token'
import { textField } from '@/features/accounts/text-field'

const remembered = () => ({ question: t`Remembered the old one?`, link: t`Log in`, to: '/login' })

/** What the link in the mail of a forgotten password opens. */
export function ResetPasswordPage() {
  const token = useLinkToken()
  const reset = useMutation(resetPasswordMutation)

  if (reset.isSuccess) {
    return (
      <AccountLayout
        title={t`Your new password is set`}
        words={t`You are logged out on all devices, so that whoever knew the old password is out too. API keys go on working.`}
        other={{ question: t`Was it not you?`, link: t`Set another one`, to: '/forgot-password' }}
        forEverybody
      >
        <LinkButton to="/login" size="md" fullWidth>
          {t`Log in with it`}
        </LinkButton>
      </AccountLayout>
    )
  }
  if (token === null) {
    return (
      <AccountLayout
        title={t`Open the link once more`}
        words={t`This page needs the link from the mail, and for your safety it does not keep it. Open the link again; if that does not work, have a new one sent.`}
        other={remembered()}
        forEverybody
      >
        <NewLink />
      </AccountLayout>
    )
  }
  if (hasCode(reset.error, 'bad_token')) {
    return (
      <AccountLayout
        title={t`This link no longer works`}
        words={t`It has been used already, was replaced by a newer one, or is older than an hour.`}
        other={remembered()}
        forEverybody
      >
        <NewLink />
      </AccountLayout>
    )
  }
  return (
    <AccountLayout
      title={t`Choose a new password`}
      words={t`You will be logged out on all devices and log in with the new one.`}
      other={remembered()}
      forEverybody
    >
      <form
        onSubmit={(event) => {
          event.preventDefault()
          const new_password = textField(new FormData(event.currentTarget), 'new_password')
          reset.mutate({ token, new_password })
        }}
      >
        <Stack gap="md">
          {reset.isError && <Notice kind="error">{accountErrorText(reset.error)}</Notice>}
          <NewPasswordInput label={t`New password`} name="new_password" error={reset.error} />
          <Button type="submit" size="md" loading={reset.isPending} fullWidth>
            {t`Set the password`}
          </Button>
        </Stack>
      </form>
    </AccountLayout>
  )
}

function NewLink() {
  return (
    <LinkButton to="/forgot-password" size="md" fullWidth>
      {t`Get a new link`}
    </LinkButton>
  )
}
