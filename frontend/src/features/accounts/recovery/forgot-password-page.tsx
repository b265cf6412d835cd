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
      title={forgot.isSuccess ? 'Look at your mail' : 'Set a new password'}
      words={
        forgot.isSuccess
          ? 'The link in the mail opens a page to set a new password on.'
          : 'We send you a mail with a link that lets you set one. Your readings stay as they are.'
      }
      other={
        isKnown
          ? { question: 'Not needed?', link: 'Back to your account', to: '/account' }
          : { question: 'Remembered it?', link: 'Log in', to: '/login' }
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
              label="E-mail"
              name="email"
              type="email"
              autoComplete="username"
              required
              withAsterisk={false}
              defaultValue={session.status === 'anonymous' ? '' : session.user.email}
              error={fieldErrorText(forgot.error, 'email')}
            />
            <Button type="submit" size="md" loading={forgot.isPending} fullWidth>
              Send me the mail
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
        If there is an account for <strong>{email}</strong>, a mail is on its way. Its link works
        once, for one hour.
      </Notice>
      <p style={{ margin: 0 }}>
        Nothing after a few minutes? Look among the spam, or check the address: it has to be the one
        you registered with.
      </p>
      <Button variant="default" size="md" onClick={onAgain} fullWidth>
        Send it again, or to another address
      </Button>
    </Stack>
  )
}
