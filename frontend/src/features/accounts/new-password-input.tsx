import { t } from '@lingui/core/macro'
import { PasswordInput } from '@mantine/core'
import { useState, type Ref } from 'react'
import { ApiError } from '@/api/api-error'
import { fieldErrorText } from '@/api/error-text'
import { MIN_PASSWORD_LENGTH, PasswordRule } from '@/features/accounts/password-rule'

interface NewPasswordInputProps {
  label: string
  name: string
  /** What the service said of the form, if it refused it. */
  error: unknown
  ref?: Ref<HTMLInputElement>
}

/** A password that is being chosen, with the rule it has to meet. */
export function NewPasswordInput({ label, name, error, ref }: NewPasswordInputProps) {
  const [password, setPassword] = useState('')
  const isWeak = error instanceof ApiError && error.code === 'weak_password'
  return (
    <PasswordInput
      ref={ref}
      label={label}
      description={<PasswordRule password={password} />}
      inputWrapperOrder={['label', 'input', 'description', 'error']}
      name={name}
      autoComplete="new-password"
      minLength={MIN_PASSWORD_LENGTH}
      required
      withAsterisk={false}
      value={password}
      onChange={(event) => setPassword(event.currentTarget.value)}
      error={fieldErrorText(error, name) ?? isWeak}
      visibilityToggleButtonProps={{ 'aria-label': t`Show password`, tabIndex: 0 }}
    />
  )
}
