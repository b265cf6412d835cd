import { Button, Group, Modal, Progress, Text } from '@mantine/core'
import { errorText } from '@/api/error-text'
import { Notice } from '@/components/notice'
import { useDeleteMany } from '@/features/readings/history/queries'

interface DeleteManyDialogProps {
  ids: readonly string[]
  opened: boolean
  onClose: () => void
  onDeleted: (count: number) => void
}

export function DeleteManyDialog({ ids, opened, onClose, onDeleted }: DeleteManyDialogProps) {
  const remove = useDeleteMany()
  const what = ids.length === 1 ? 'this reading' : `these ${ids.length} readings`
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={`Delete ${what}?`}
      closeButtonProps={{ 'aria-label': 'Close' }}
      closeOnClickOutside={!remove.isPending}
      closeOnEscape={!remove.isPending}
    >
      <Text c="dimmed" mb="lg">
        The pictures and what was read in them are removed for good.
      </Text>
      {remove.isPending && (
        <Progress.Root size="lg" radius="xl">
          <Progress.Section value={(remove.done / ids.length) * 100} aria-label="Deleted" />
        </Progress.Root>
      )}
      {remove.isError && (
        <Notice kind="error">Some could not be deleted. {errorText(remove.error)}</Notice>
      )}
      <Group justify="flex-end" mt="md">
        <Button variant="default" onClick={onClose} disabled={remove.isPending}>
          Keep them
        </Button>
        <Button
          color="var(--unreadable)"
          c="var(--paper)"
          loading={remove.isPending}
          onClick={() => remove.mutate(ids, { onSuccess: () => onDeleted(ids.length) })}
        >
          Delete
        </Button>
      </Group>
    </Modal>
  )
}
