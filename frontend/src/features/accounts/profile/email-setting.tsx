import { t } from '@lingui/core/macro'
import { Trans } from '@lingui/react/macro'
import { Button, Stack, Text, TextInput } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { IconAlertCircle, IconCircleCheck } from '@tabler/icons-react'
import { fieldErrorText } from '@/api/error-text'
import type { User } from '@/api/types'
import { ConfirmationInput, ConfirmationProblem } from '@/features/accounts/profile/confirmation'
import { askForEmailMutation } from '@/features/accounts/profile/queries'
import { EditableSetting, focusOnMount } from '@/features/accounts/profile/setting'
import classes from '@/features/accounts/profile/setting.module.css'
import { textField } from '@/features/accounts/text-field'
import { VerificationMail } from '@/features/accounts/verification-mail'

export function EmailSetting({ user }: { user: User }) {
  return (
    <EditableSetting
      title={t`E-mail`}
      change={t`Change your e-mail address`}
      keep={t`Cancel: your e-mail address stays as it is`}
      value={
        <>
          {user.email} <VerifiedMark isVerified={user.email_verified} />
        </>
      }
      form={(finish) => <EmailForm user={user} onDone={finish} />}
    >
      {!user.email_verified && (
        <Stack gap="sm">
          <Text>
            <Trans>
              Follow the link in the mail that you were sent, so that we know the address is yours.
              Nothing came? Look among the spam, or have it sent again.
            </Trans>
          </Text>
          <VerificationMail email={user.email} />
        </Stack>
      )}
    </EditableSetting>
  )
}

function VerifiedMark({ isVerified }: { isVerified: boolean }) {
  const Icon = isVerified ? IconCircleCheck : IconAlertCircle
  return (
    <span className={classes.mark} data-good={isVerified}>
      <Icon size={17} stroke={2.2} aria-hidden />
      {isVerified ? t`Confirmed` : t`Not confirmed yet`}
    </span>
  )
}

function EmailForm({ user, onDone }: { user: User; onDone: (done: string) => void }) {
  const ask = useMutation(askForEmailMutation)
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        const form = new FormData(event.currentTarget)
        const email = textField(form, 'email').trim()
        const password = user.has_password ? textField(form, 'password') : null
        ask.mutate(
          { email, password },
          {
            onSuccess: () =>
              onDone(
                t`A mail to ${email} is on its way. Your address changes when you follow its link.`,
              ),
          },
        )
      }}
    >
      <Stack gap="md">
        {ask.isError && <ConfirmationProblem error={ask.error} />}
        <TextInput
          ref={focusOnMount}
          label={t`New e-mail`}
          name="email"
          type="email"
          autoComplete="email"
          required
          withAsterisk={false}
          error={fieldErrorText(ask.error, 'email')}
        />
        <ConfirmationInput user={user} error={ask.error} />
        <Button type="submit" loading={ask.isPending} w="fit-content">
          {t`Send a mail to the new address`}
        </Button>
      </Stack>
    </form>
  )
}
