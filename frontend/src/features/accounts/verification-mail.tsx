import { t } from '@lingui/core/macro'
import { Trans } from '@lingui/react/macro'
import { Button, Stack } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { Notice } from '@/components/notice'
import { accountErrorText } from '@/features/accounts/account-error'
import { verificationMailMutation } from '@/features/accounts/queries'

/** Has the mail sent again that confirms an address, and says what came of it. */
export function VerificationMail({ email }: { email: string }) {
  const mail = useMutation(verificationMailMutation)
  return (
    <Stack gap="sm" align="flex-start">
      {mail.isError && <Notice kind="error">{accountErrorText(mail.error)}</Notice>}
      {mail.isSuccess && (
        <Notice kind="info">
          <Trans>
            A mail to <strong>{email}</strong> is on its way. Only the link in the newest one works,
            for three days.
          </Trans>
        </Notice>
      )}
      <Button
        variant={mail.isSuccess ? 'default' : 'light'}
        loading={mail.isPending}
        onClick={() => mail.mutate()}
      >
        {mail.isSuccess ? t`Send it once more` : t`Send the mail again`}
      </Button>
    </Stack>
  )
}
