import { t } from '@lingui/core/macro'
import { useQuery } from '@tanstack/react-query'
import { useSession } from '@/api/session'
import { accountErrorText, hasCode } from '@/features/accounts/account-error'
import { meQuery } from '@/features/accounts/queries'
import { LinkOutcome, type Outcome } from '@/features/accounts/recovery/link-outcome'
import { verifyEmailQuery } from '@/features/accounts/recovery/queries'
import { useLinkToken } from '@/features/accounts/recovery/use-link-token'
import { LinkButton } from '@/components/link-button'
import { VerificationMail } from '@/features/accounts/verification-mail'

/** What the link in the mail to a new account opens: it confirms by itself. */
export function VerifyEmailPage() {
  const token = useLinkToken()
  const session = useSession()
  const verify = useQuery(verifyEmailQuery(token))
  // Someone who opens the link twice, or reloads, is told how it is.
  const isOver = token === null || verify.isError
  useQuery({ ...meQuery, enabled: session.status === 'active' && isOver })
  const isVerified = session.status === 'active' && session.user.email_verified

  return <LinkOutcome pageTitle={t`Confirm your e-mail address`} outcome={outcome()} />

  function outcome(): Outcome {
    if (verify.isSuccess || (isVerified && isOver)) {
      return {
        title: t`Your e-mail address is confirmed`,
        words: t`That is all. If you ever forget your password, the way back in goes there.`,
        action: <Onwards isActive={session.status === 'active'} />,
      }
    }
    if (verify.isError && !hasCode(verify.error, 'bad_token')) {
      return {
        title: t`The address could not be confirmed`,
        words: accountErrorText(verify.error),
        again: () => void verify.refetch(),
      }
    }
    if (verify.isError || token === null) {
      return {
        title: token === null ? t`Open the link once more` : t`This link no longer works`,
        words:
          token === null
            ? t`This page needs the link from the mail. If you have opened it before, all is done.`
            : t`It has been used already, was replaced by a newer one, or is older than three days.`,
        action:
          session.status === 'active' ? (
            <VerificationMail email={session.user.email} />
          ) : (
            <LinkButton to="/login?next=%2Faccount">{t`Log in to get a new one`}</LinkButton>
          ),
      }
    }
    return { title: t`Confirming your e-mail address …`, words: t`This takes a moment.` }
  }
}

function Onwards({ isActive }: { isActive: boolean }) {
  return isActive ? (
    <LinkButton to="/read">{t`Read a number`}</LinkButton>
  ) : (
    <LinkButton to="/login">{t`Log in`}</LinkButton>
  )
}
