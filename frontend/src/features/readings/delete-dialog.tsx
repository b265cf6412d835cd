import { t } from '@lingui/core/macro'
import { Trans } from '@lingui/react/macro'
import { Button, Group, Modal, Text } from '@mantine/core'
import { errorText } from '@/api/error-text'
import { Notice } from '@/components/notice'
import { useDeleteReading } from '@/features/readings/queries'

interface DeleteDialogProps {
  /** The reading in question; null keeps the dialog closed. */
  reading: { id: string; file_name: string } | null
  onClose: () => void
  onDeleted: () => void
}

export function DeleteDialog({ reading, onClose, onDeleted }: DeleteDialogProps) {
  const remove = useDeleteReading()

  return (
    <Modal
      opened={reading !== null}
      onClose={onClose}
      title={t`Delete this reading?`}
      closeButtonProps={{ 'aria-label': t`Close` }}
    >
      <Text c="dimmed" mb="lg">
        <Trans>
          <strong>{reading?.file_name}</strong> and what was read in it are removed for good.
        </Trans>
      </Text>
      {remove.isError && <Notice kind="error">{errorText(remove.error)}</Notice>}
      <Group justify="flex-end" mt="md">
        <Button variant="default" onClick={onClose}>
          {t`Keep it`}
        </Button>
        <Button
          color="var(--unreadable)"
          c="var(--paper)"
          loading={remove.isPending}
          onClick={() => {
            if (reading) remove.mutate(reading.id, { onSuccess: onDeleted })
          }}
        >
          {t`Delete`}
        </Button>
      </Group>
    </Modal>
  )
}
