import { t } from '@lingui/core/macro'
import { Button, PasswordInput, Stack, TextInput } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { errorText } from '@/api/error-text'
import { Notice } from '@/components/notice'
import { logInMutation } from '@/features/accounts/queries'
import { textField } from '@/features/accounts/text-field'

interface LogInFormProps {
  /** Stands under the password. */
  aside?: ReactNode
  /** The account whose session ended: only its password is asked for. */
  knownEmail?: string
}

export function LogInForm({ knownEmail, aside }: LogInFormProps) {
  const logIn = useMutation(logInMutation)

  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        const form = new FormData(event.currentTarget)
        logIn.mutate({ email: textField(form, 'email'), password: textField(form, 'password') })
      }}
    >
      <Stack gap="md">
        {logIn.isError && <Notice kind="error">{errorText(logIn.error)}</Notice>}
        <TextInput
          label={t`E-mail`}
          name="email"
          type="email"
          autoComplete="username"
          required
          withAsterisk={false}
          defaultValue={knownEmail}
          readOnly={knownEmail !== undefined}
        />
        <PasswordInput
          label={t`Password`}
          name="password"
          autoComplete="current-password"
          required
          withAsterisk={false}
          data-autofocus
          visibilityToggleButtonProps={{ 'aria-label': t`Show password`, tabIndex: 0 }}
        />
        {aside}
        <Button type="submit" size="md" loading={logIn.isPending} fullWidth>
          {t`Log in`}
        </Button>
      </Stack>
    </form>
  )
}
