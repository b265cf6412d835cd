import { t } from '@lingui/core/macro'
import { IconCheck, IconCircle } from '@tabler/icons-react'
import classes from '@/features/accounts/password-rule.module.css'

export const MIN_PASSWORD_LENGTH = 10

/** The rule, shown before anything is typed; it says when it is met. */
export function PasswordRule({ password }: { password: string }) {
  const isMet = password.length >= MIN_PASSWORD_LENGTH
  const Icon = isMet ? IconCheck : IconCircle
  return (
    <span className={classes.rule} data-met={isMet}>
      <Icon size={16} stroke={2.4} aria-hidden className={classes.icon} />
      <span>
        {isMet
          ? t`Long enough. Common passwords are not accepted.`
          : t`At least ${MIN_PASSWORD_LENGTH} characters. A few unrelated words work well; common passwords are not accepted.`}
      </span>
    </span>
  )
}
