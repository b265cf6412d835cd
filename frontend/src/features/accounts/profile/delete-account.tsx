import { t } from '@lingui/core/macro'
import { Trans } from '@lingui/react/macro'
import { Button, Group, Modal, Stack, Text } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import type { User } from '@/api/types'
import { ConfirmationInput, ConfirmationProblem } from '@/features/accounts/profile/confirmation'
import { deleteAccountMutation } from '@/features/accounts/profile/queries'
import { Setting } from '@/features/accounts/profile/setting'
import classes from '@/features/accounts/profile/delete-account.module.css'
import { textField } from '@/features/accounts/text-field'

export function DeleteAccount({ user }: { user: User }) {
  const [isAsking, setIsAsking] = useState(false)
  return (
    <Setting
      title={t`Delete your account`}
      value={t`At once and for good, with everything in it.`}
      action={
        <Button
          variant="default"
          size="compact-md"
          c="var(--unreadable)"
          onClick={() => setIsAsking(true)}
        >
          {t`Delete account …`}
        </Button>
      }
    >
      <Modal
        opened={isAsking}
        onClose={() => setIsAsking(false)}
        title={t`Delete your account?`}
        closeButtonProps={{ 'aria-label': t`Close` }}
      >
        <DeleteForm user={user} onClose={() => setIsAsking(false)} />
      </Modal>
    </Setting>
  )
}

function DeleteForm({ user, onClose }: { user: User; onClose: () => void }) {
  const remove = useMutation(deleteAccountMutation)
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        const password = textField(new FormData(event.currentTarget), 'password')
        remove.mutate({ password: user.has_password ? password : null })
      }}
    >
      <Stack gap="md">
        <div>
          <Text>{t`This deletes, at once and for good:`}</Text>
          <ul className={classes.list}>
            <li>{t`all your pictures, readings and corrections,`}</li>
            <li>{t`your API keys: programs that use them stop working,`}</li>
            <li>{t`your usage and statements,`}</li>
            <li>{t`the account itself, on all devices.`}</li>
          </ul>
          <Text c="dimmed">
            <Trans>
              Nobody can bring it back, not even whoever runs this service. Download your data first
              if you may want it.
            </Trans>
          </Text>
        </div>
        {remove.isError && <ConfirmationProblem error={remove.error} />}
        <ConfirmationInput user={user} error={remove.error} />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose} disabled={remove.isPending}>
            {t`Keep my account`}
          </Button>
          <Button
            type="submit"
            color="var(--unreadable)"
            c="var(--paper)"
            loading={remove.isPending}
          >
            {t`Delete everything`}
          </Button>
        </Group>
      </Stack>
    </form>
  )
}
