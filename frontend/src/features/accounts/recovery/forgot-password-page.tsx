import { t } from '@lingui/core/macro'
import { Trans } from '@lingui/react/macro'
import { Button, Stack, TextInput } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { useSession } from '@/api/session'
import { fieldErrorText } from '@/api/error-text'
import { Notice } from '@/components/notice'
import { accountErrorText } from '@/features/accounts/account-error'
import { AccountLayout } from '@/features/accounts/account-layout'
import { forgotPasswordMutation } from '@/features/accounts/queries'
import { textField } from '@/features/accounts/text-field'

/** Asks whom to send a mail to that lets them set a new password. */
export function ForgotPasswordPage() {
  const session = useSession()
  const forgot = useMutation(forgotPasswordMutation)
  const isKnown = session.status === 'active'
  return (
    <AccountLayout
      title={forgot.isSuccess ? t`Look at your mail` : t`Set a new password`}
      words={
        forgot.isSuccess
          ? t`The link in the mail opens a page to set a new password on.`
          : t`We send you a mail with a link that lets you set one. Your readings stay as they are.`
      }
      other={
        isKnown
          ? { question: t`Not needed?`, link: t`Back to your account`, to: '/account' }
          : { question: t`Remembered it?`, link: t`Log in`, to: '/login' }
      }
      forEverybody
    >
      {forgot.isSuccess ? (
        <Sent email={forgot.variables} onAgain={forgot.reset} />
      ) : (
        <form
          onSubmit={(event) => {
            event.preventDefault()
            forgot.mutate(textField(new FormData(event.currentTarget), 'email').trim())
          }}
        >
          <Stack gap="md">
            {forgot.isError && <Notice kind="error">{accountErrorText(forgot.error)}</Notice>}
            <TextInput
              label={t`E-mail`}
              name="email"
              type="email"
              autoComplete="username"
              required
              withAsterisk={false}
              defaultValue={session.status === 'anonymous' ? '' : session.user.email}
              error={fieldErrorText(forgot.error, 'email')}
            />
            <Button type="submit" size="md" loading={forgot.isPending} fullWidth>
              {t`Send me the mail`}
            </Button>
          </Stack>
        </form>
      )}
    </AccountLayout>
  )
}

/** The same words for everybody: whether there is such an account is nobody else's business. */
function Sent({ email, onAgain }: { email: string; onAgain: () => void }) {
  return (
    <Stack gap="md">
      <Notice kind="info">
        <Trans>
          If there is an account for <strong>{email}</strong>, a mail is on its way. Its link works
          once, for one hour.
        </Trans>
      </Notice>
      <p style={{ margin: 0 }}>
        <Trans>
          Nothing after a few minutes? Look among the spam, or check the address: it has to be the
          one you registered with.
        </Trans>
      </p>
      <Button variant="default" size="md" onClick={onAgain} fullWidth>
        {t`Send it again, or to another address`}
      </Button>
    </Stack>
  )
}
