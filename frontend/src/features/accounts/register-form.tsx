import { t } from '@lingui/core/macro'
import { Button, Stack, TextInput } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { errorText, fieldErrorText } from '@/api/error-text'
import { Notice } from '@/components/notice'
import { NewPasswordInput } from '@/features/accounts/new-password-input'
import { registerMutation } from '@/features/accounts/queries'
import { textField } from '@/features/accounts/text-field'

export function RegisterForm() {
  const register = useMutation(registerMutation)
  const fieldError = (name: string) => fieldErrorText(register.error, name)

  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        const form = new FormData(event.currentTarget)
        register.mutate({
          name: textField(form, 'name').trim(),
          email: textField(form, 'email').trim(),
          password: textField(form, 'password'),
        })
      }}
    >
      <Stack gap="md">
        {register.isError && <Notice kind="error">{errorText(register.error)}</Notice>}
        <TextInput
          label={t`Your name`}
          name="name"
          autoComplete="name"
          maxLength={100}
          required
          withAsterisk={false}
          error={fieldError('name')}
        />
        <TextInput
          label={t`E-mail`}
          name="email"
          type="email"
          autoComplete="email"
          required
          withAsterisk={false}
          error={fieldError('email')}
        />
        <NewPasswordInput label={t`Password`} name="password" error={register.error} />
        <Button type="submit" size="md" loading={register.isPending} fullWidth>
          {t`Create account`}
        </Button>
      </Stack>
    </form>
  )
}
