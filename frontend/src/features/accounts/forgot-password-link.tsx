import { t } from '@lingui/core/macro'
import { Link } from 'react-router'
import classes from '@/features/accounts/account-layout.module.css'

export function ForgotPasswordLink() {
  return (
    <Link to="/forgot-password" className={classes.aside}>
      {t`Forgot your password?`}
    </Link>
  )
}
