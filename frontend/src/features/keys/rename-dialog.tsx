import { t } from '@lingui/core/macro'
import { Button, Group, Modal, Stack, TextInput } from '@mantine/core'
import { errorText, fieldErrorText } from '@/api/error-text'
import type { ApiKey } from '@/api/types'
import { Notice } from '@/components/notice'
import { useRenameKey } from '@/features/keys/queries'

interface RenameDialogProps {
  /** The key in question; null keeps the dialog closed. */
  apiKey: ApiKey | null
  onClose: () => void
}

export function RenameDialog({ apiKey, onClose }: RenameDialogProps) {
  const rename = useRenameKey()
  const fieldError = fieldErrorText(rename.error, 'name')

  function close() {
    rename.reset()
    onClose()
  }

  return (
    <Modal
      opened={apiKey !== null}
      onClose={close}
      title={t`Rename this key`}
      closeButtonProps={{ 'aria-label': t`Close` }}
    >
      <form
        onSubmit={(event) => {
          event.preventDefault()
          const name = new FormData(event.currentTarget).get('name')
          if (!apiKey || typeof name !== 'string') return
          rename.mutate({ id: apiKey.id, name }, { onSuccess: close })
        }}
      >
        <Stack gap="md">
          {rename.isError && fieldError === undefined && (
            <Notice kind="error">{errorText(rename.error)}</Notice>
          )}
          <TextInput
            label={t`Name`}
            name="name"
            description={t`The key itself stays the same.`}
            defaultValue={apiKey?.name}
            maxLength={100}
            required
            withAsterisk={false}
            autoComplete="off"
            error={fieldError}
            data-autofocus
          />
          <Group justify="flex-end">
            <Button variant="default" onClick={close}>
              {t`Cancel`}
            </Button>
            <Button type="submit" loading={rename.isPending}>
              {t`Rename`}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}
