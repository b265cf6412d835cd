import { t } from '@lingui/core/macro'
import { Trans } from '@lingui/react/macro'
import { Button, Modal, Text } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef } from 'react'
import { useLocation } from 'react-router'
import { useSession } from '@/api/session'
import { ForgotPasswordLink } from '@/features/accounts/forgot-password-link'
import { GoogleSignIn } from '@/features/accounts/google-sign-in'
import { LogInForm } from '@/features/accounts/log-in-form'
import { logOut } from '@/features/accounts/queries'

// Where one gets back in without the password, and where the links in mails lead.
const openPages = ['/forgot-password', '/reset-password', '/verify-email', '/change-email']

/** Asks for the password again over the page, which stays as it was. */
export function SessionEndedDialog() {
  const session = useSession()
  const { pathname, search } = useLocation()
  const queryClient = useQueryClient()
  const hasEnded = session.status === 'ended'
  const hadEnded = useRef(false)

  useEffect(() => {
    // Back in: whatever was refused in between is asked for again.
    if (hadEnded.current && session.status === 'active') void queryClient.invalidateQueries()
    hadEnded.current = hasEnded
  }, [hasEnded, session.status, queryClient])

  return (
    <Modal
      opened={hasEnded && !openPages.includes(pathname)}
      onClose={() => undefined}
      withCloseButton={false}
      closeOnClickOutside={false}
      closeOnEscape={false}
      title={t`Your session ended`}
    >
      <Text c="dimmed" mb="md">
        <Trans>
          For your safety you are logged out after a while. Enter your password to go on where you
          were; nothing on the page is lost.
        </Trans>
      </Text>
      {hasEnded && <LogInForm knownEmail={session.user.email} aside={<ForgotPasswordLink />} />}
      {hasEnded && <GoogleSignIn next={pathname + search} text={t`Sign in with Google`} />}
      <Button variant="subtle" fullWidth mt="xs" onClick={logOut}>
        {t`Log out instead`}
      </Button>
    </Modal>
  )
}
