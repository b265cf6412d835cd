import { t } from '@lingui/core/macro'
import { Trans } from '@lingui/react/macro'
import { Button, Group, Modal, Stack, Text } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useSearchParams } from 'react-router'
import type { Identity, User } from '@/api/types'
import { Notice } from '@/components/notice'
import { accountErrorText } from '@/features/accounts/account-error'
import { ConfirmationInput, ConfirmationProblem } from '@/features/accounts/profile/confirmation'
import {
  connectGoogleMutation,
  disconnectMutation,
  identitiesQuery,
} from '@/features/accounts/profile/queries'
import { Setting } from '@/features/accounts/profile/setting'
import { providersQuery } from '@/features/accounts/queries'
import { textField } from '@/features/accounts/text-field'
import { formatMoment } from '@/lib/format'

/** The Google accounts that let in: where the service offers that, or one is connected. */
export function GoogleSetting({ user }: { user: User }) {
  const { data: providers } = useQuery(providersQuery)
  const { data: identities, error } = useQuery(identitiesQuery)
  const isOffered = (providers?.items.length ?? 0) > 0

  if (error && isOffered) {
    return (
      <Setting title={t`Google`} value={t`Could not be loaded.`}>
        <Notice kind="error">{accountErrorText(error)}</Notice>
      </Setting>
    )
  }
  if (!identities) return null
  if (identities.length === 0) return isOffered && <NotConnected user={user} />
  return identities.map((identity) => (
    <Connected
      key={identity.id}
      identity={identity}
      isOnlyWayIn={!user.has_password && identities.length === 1}
    />
  ))
}

function NotConnected({ user }: { user: User }) {
  const [isAsking, setIsAsking] = useState(false)
  return (
    <Setting
      title={t`Google`}
      value={t`Connect your Google account to log in with it, beside your password.`}
      action={
        <Button variant="default" size="compact-md" onClick={() => setIsAsking(true)}>
          {t`Connect Google`}
        </Button>
      }
    >
      <Modal
        opened={isAsking}
        onClose={() => setIsAsking(false)}
        title={t`Connect your Google account?`}
        closeButtonProps={{ 'aria-label': t`Close` }}
      >
        <ConnectForm user={user} onClose={() => setIsAsking(false)} />
      </Modal>
    </Setting>
  )
}

function ConnectForm({ user, onClose }: { user: User; onClose: () => void }) {
  const connect = useMutation(connectGoogleMutation)
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        const password = textField(new FormData(event.currentTarget), 'password')
        connect.mutate({ password: user.has_password ? password : null })
      }}
    >
      <Stack gap="md">
        <Text c="dimmed">
          {t`You choose it at Google and come back here. From then on it lets you in.`}
        </Text>
        {connect.isError && <ConfirmationProblem error={connect.error} />}
        <ConfirmationInput user={user} error={connect.error} />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose} disabled={connect.isPending}>
            {t`Not now`}
          </Button>
          <Button type="submit" loading={connect.isPending}>
            {t`Go to Google`}
          </Button>
        </Group>
      </Stack>
    </form>
  )
}

function Connected({ identity, isOnlyWayIn }: { identity: Identity; isOnlyWayIn: boolean }) {
  const [isAsking, setIsAsking] = useState(false)
  const name = identity.email ?? t`Your Google account`
  return (
    <Setting
      title={t`Google`}
      value={
        <>
          <span>
            <Trans>
              {name} · last used {formatMoment(identity.last_used_at)}
            </Trans>
          </span>
          {isOnlyWayIn && (
            <span>{t`It is your only way in: set a password to disconnect it.`}</span>
          )}
        </>
      }
      action={
        !isOnlyWayIn && (
          <Button
            variant="default"
            size="compact-md"
            aria-label={t`Disconnect ${name}`}
            onClick={() => setIsAsking(true)}
          >
            {t`Disconnect`}
          </Button>
        )
      }
    >
      <DisconnectDialog
        id={identity.id}
        name={name}
        opened={isAsking}
        onClose={() => setIsAsking(false)}
      />
    </Setting>
  )
}

interface DisconnectDialogProps {
  id: string
  name: string
  opened: boolean
  onClose: () => void
}

function DisconnectDialog({ id, name, opened, onClose }: DisconnectDialogProps) {
  const queryClient = useQueryClient()
  const [, setSearch] = useSearchParams()
  const disconnect = useMutation(disconnectMutation)
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={t`Disconnect ${name}?`}
      closeButtonProps={{ 'aria-label': t`Close` }}
    >
      <Text c="dimmed" mb="lg">
        <Trans>
          It will not let you in to Legible any more; your password still does. You can connect it
          again at any time.
        </Trans>
      </Text>
      {disconnect.isError && <Notice kind="error">{accountErrorText(disconnect.error)}</Notice>}
      <Group justify="flex-end" mt="md">
        <Button variant="default" onClick={onClose} disabled={disconnect.isPending}>
          {t`Keep it`}
        </Button>
        <Button
          loading={disconnect.isPending}
          onClick={() =>
            disconnect.mutate(id, {
              onSuccess: () => {
                onClose()
                // What the address says of it is over.
                setSearch({}, { replace: true })
                void queryClient.invalidateQueries({ queryKey: identitiesQuery.queryKey })
              },
            })
          }
        >
          {t`Disconnect`}
        </Button>
      </Group>
    </Modal>
  )
}
