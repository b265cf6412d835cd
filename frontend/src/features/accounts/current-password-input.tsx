import { t } from '@lingui/core/macro'
import { PasswordInput } from '@mantine/core'
import { hasCode } from '@/features/accounts/account-error'

interface CurrentPasswordInputProps {
  label: string
  name: string
  email: string
  /** What the service said of the form, if it refused it. */
  error: unknown
}

/** The password there is, asked for once more before something that matters. */
export function CurrentPasswordInput({ label, name, email, error }: CurrentPasswordInputProps) {
  return (
    <>
      {/* For password managers, which look for whose password it is. */}
      <input type="hidden" name="username" autoComplete="username" value={email} readOnly />
      <PasswordInput
        label={label}
        name={name}
        autoComplete="current-password"
        required
        withAsterisk={false}
        error={hasCode(error, 'wrong_password') && t`The password is not right.`}
        visibilityToggleButtonProps={{ 'aria-label': t`Show password`, tabIndex: 0 }}
      />
    </>
  )
}
