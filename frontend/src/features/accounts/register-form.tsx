import { Button, PasswordInput, Stack, TextInput } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { ApiError } from '@/api/api-error'
import { errorText, fieldErrorText } from '@/api/error-text'
import { Notice } from '@/components/notice'
import { MIN_PASSWORD_LENGTH, PasswordRule } from '@/features/accounts/password-rule'
import { registerMutation } from '@/features/accounts/queries'
import { textField } from '@/features/accounts/text-field'

export function RegisterForm() {
  const register = useMutation(registerMutation)
  const [password, setPassword] = useState('')
  const fieldError = (name: string) => fieldErrorText(register.error, name)
  const isWeak = register.error instanceof ApiError && register.error.code === 'weak_password'

  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        const form = new FormData(event.currentTarget)
        register.mutate({
          name: textField(form, 'name').trim(),
          email: textField(form, 'email').trim(),
          password,
        })
      }}
    >
      <Stack gap="md">
        {register.isError && <Notice kind="error">{errorText(register.error)}</Notice>}
        <TextInput
          label="Your name"
          name="name"
          autoComplete="name"
          maxLength={100}
          required
          withAsterisk={false}
          error={fieldError('name')}
        />
        <TextInput
          label="E-mail"
          name="email"
          type="email"
          autoComplete="email"
          required
          withAsterisk={false}
          error={fieldError('email')}
        />
        <PasswordInput
          label="Password"
          description={<PasswordRule password={password} />}
          inputWrapperOrder={['label', 'input', 'description', 'error']}
          name="password"
          autoComplete="new-password"
          minLength={MIN_PASSWORD_LENGTH}
          required
          withAsterisk={false}
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
          error={isWeak || fieldError('password')}
          visibilityToggleButtonProps={{ 'aria-label': 'Show password', tabIndex: 0 }}
        />
        <Button type="submit" size="md" loading={register.isPending} fullWidth>
          Create account
        </Button>
      </Stack>
    </form>
  )
}
