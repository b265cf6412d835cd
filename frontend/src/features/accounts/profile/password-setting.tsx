import { t } from '@lingui/core/macro'
import { Trans } from '@lingui/react/macro'
import { Button, Stack } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import type { User } from '@/api/types'
import { Notice } from '@/components/notice'
import { accountErrorText } from '@/features/accounts/account-error'
import { CurrentPasswordInput } from '@/features/accounts/current-password-input'
import { NewPasswordInput } from '@/features/accounts/new-password-input'
import { changePasswordMutation } from '@/features/accounts/profile/queries'
import { EditableSetting, Setting } from '@/features/accounts/profile/setting'
import { devicesQuery, forgotPasswordMutation } from '@/features/accounts/queries'
import { textField } from '@/features/accounts/text-field'

export function PasswordSetting({ user }: { user: User }) {
  if (!user.has_password) return <NoPassword email={user.email} />
  return (
    <EditableSetting
      title={t`Password`}
      change={t`Change your password`}
      keep={t`Cancel: your password stays as it is`}
      value={t`Changing it logs out all your other devices.`}
      form={(finish) => (
        <PasswordForm
          email={user.email}
          onDone={() => finish(t`Your password is changed, and all other devices are logged out.`)}
        />
      )}
    />
  )
}

function PasswordForm({ email, onDone }: { email: string; onDone: () => void }) {
  const queryClient = useQueryClient()
  const change = useMutation(changePasswordMutation)
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        const form = new FormData(event.currentTarget)
        const body = {
          current_password: textField(form, 'current_password'),
          new_password: textField(form, 'new_password'),
        }
        change.mutate(body, {
          onSuccess: () => {
            void queryClient.invalidateQueries({ queryKey: devicesQuery.queryKey })
            onDone()
          },
        })
      }}
    >
      <Stack gap="md">
        {change.isError && <Notice kind="error">{accountErrorText(change.error)}</Notice>}
        <CurrentPasswordInput
          label={t`Current password`}
          name="current_password"
          email={email}
          error={change.error}
        />
        <NewPasswordInput label={t`New password`} name="new_password" error={change.error} />
        <Button type="submit" loading={change.isPending} w="fit-content">
          {t`Change the password`}
        </Button>
      </Stack>
    </form>
  )
}

/** Whoever came by Google gets a password the way others get a forgotten one back. */
function NoPassword({ email }: { email: string }) {
  const mail = useMutation(forgotPasswordMutation)
  return (
    <Setting
      title={t`Password`}
      value={t`You have none: Google lets you in. With one you could log in without Google too.`}
      action={
        <Button
          variant="default"
          size="compact-md"
          loading={mail.isPending}
          onClick={() => mail.mutate(email)}
        >
          {t`Send me a mail to set one`}
        </Button>
      }
    >
      {mail.isError && <Notice kind="error">{accountErrorText(mail.error)}</Notice>}
      {mail.isSuccess && (
        <Notice kind="info">
          <Trans>
            A mail to <strong>{email}</strong> is on its way. Its link lets you set a password,
            within one hour; you are logged out then.
          </Trans>
        </Notice>
      )}
    </Setting>
  )
}
