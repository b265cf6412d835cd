import { t } from '@lingui/core/macro'
import { useQuery } from '@tanstack/react-query'
import { useSession } from '@/api/session'
import { LinkButton } from '@/components/link-button'
import { accountErrorText, hasCode } from '@/features/accounts/account-error'
import { LinkOutcome, type Outcome } from '@/features/accounts/recovery/link-outcome'
import { changeEmailQuery } from '@/features/accounts/recovery/queries'
import { useLinkToken } from '@/features/accounts/recovery/use-link-token'

/** What the link in the mail to a new address opens: from then on it is the account's. */
export function ChangeEmailPage() {
  const token = useLinkToken()
  const isActive = useSession().status === 'active'
  const change = useQuery(changeEmailQuery(token))

  return <LinkOutcome pageTitle={t`Confirm your new e-mail address`} outcome={outcome()} />

  function outcome(): Outcome {
    const account = isActive ? (
      <LinkButton to="/account">{t`Your account`}</LinkButton>
    ) : (
      <LinkButton to="/login?next=%2Faccount">{t`Log in`}</LinkButton>
    )
    if (change.isSuccess) {
      return {
        title: t`Your new e-mail address is in use`,
        words: t`From now on you log in with it, and mails go there.`,
        action: account,
      }
    }
    if (token === null) {
      return {
        title: t`Open the link once more`,
        words: t`This page needs the link from the mail. If you have opened it before, the new address is in use already: your account shows it.`,
        action: account,
      }
    }
    if (hasCode(change.error, 'bad_token')) {
      return {
        title: t`This link no longer works`,
        words: t`It has been used already, was replaced by a newer one, or is older than three days. Your account shows which address is in use; you can change it there.`,
        action: account,
      }
    }
    if (hasCode(change.error, 'email_taken')) {
      return {
        title: t`This address belongs to another account`,
        words: t`Somebody has confirmed it for their account before. Yours keeps the address it had; you can change to a different one.`,
        action: account,
      }
    }
    if (change.isError) {
      return {
        title: t`The address could not be changed`,
        words: accountErrorText(change.error),
        again: () => void change.refetch(),
      }
    }
    return { title: t`Confirming your new e-mail address …`, words: t`This takes a moment.` }
  }
}
