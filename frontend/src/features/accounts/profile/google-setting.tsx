import { Button, Group, Modal, Text } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useSearchParams } from 'react-router'
import type { Identity, User } from '@/api/types'
import { Notice } from '@/components/notice'
import { accountErrorText } from '@/features/accounts/account-error'
import {
  connectGoogleMutation,
  disconnectMutation,
  identitiesQuery,
} from '@/features/accounts/profile/queries'
import { Setting } from '@/features/accounts/profile/setting'
import { providersQuery } from '@/features/accounts/queries'
import { formatMoment } from '@/lib/format'

/** The Google accounts that let in: where the service offers that, or one is connected. */
export function GoogleSetting({ user }: { user: User }) {
  const { data: providers } = useQuery(providersQuery)
  const { data: identities, error } = useQuery(identitiesQuery)
  const isOffered = (providers?.items.length ?? 0) > 0

  if (error && isOffered) {
    return (
      <Setting title="Google" value="Could not be loaded.">
        <Notice kind="error">{accountErrorText(error)}</Notice>
      </Setting>
    )
  }
  if (!identities) return null
  if (identities.length === 0) return isOffered && <NotConnected />
  return identities.map((identity) => (
    <Connected
      key={identity.id}
      identity={identity}
      isOnlyWayIn={!user.has_password && identities.length === 1}
    />
  ))
}

function NotConnected() {
  const connect = useMutation(connectGoogleMutation)
  return (
    <Setting
      title="Google"
      value="Connect your Google account to log in with it, beside your password."
      action={
        <Button
          variant="default"
          size="compact-md"
          loading={connect.isPending}
          onClick={() => connect.mutate()}
        >
          Connect Google
        </Button>
      }
    >
      {connect.isError && <Notice kind="error">{accountErrorText(connect.error)}</Notice>}
    </Setting>
  )
}

function Connected({ identity, isOnlyWayIn }: { identity: Identity; isOnlyWayIn: boolean }) {
  const [isAsking, setIsAsking] = useState(false)
  const name = identity.email ?? 'Your Google account'
  return (
    <Setting
      title="Google"
      value={
        <>
          <span>
            {name} · last used {formatMoment(identity.last_used_at)}
          </span>
          {isOnlyWayIn && <span>It is your only way in: set a password to disconnect it.</span>}
        </>
      }
      action={
        !isOnlyWayIn && (
          <Button
            variant="default"
            size="compact-md"
            aria-label={`Disconnect ${name}`}
            onClick={() => setIsAsking(true)}
          >
            Disconnect
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
      title={`Disconnect ${name}?`}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <Text c="dimmed" mb="lg">
        It will not let you in to Legible any more; your password still does. You can connect it
        again at any time.
      </Text>
      {disconnect.isError && <Notice kind="error">{accountErrorText(disconnect.error)}</Notice>}
      <Group justify="flex-end" mt="md">
        <Button variant="default" onClick={onClose} disabled={disconnect.isPending}>
          Keep it
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
          Disconnect
        </Button>
      </Group>
    </Modal>
  )
}
