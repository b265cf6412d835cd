import { plural, t } from '@lingui/core/macro'
import { Trans } from '@lingui/react/macro'
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
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={plural(ids.length, {
        one: 'Delete this reading?',
        other: 'Delete these # readings?',
      })}
      closeButtonProps={{ 'aria-label': t`Close` }}
      closeOnClickOutside={!remove.isPending}
      closeOnEscape={!remove.isPending}
    >
      <Text c="dimmed" mb="lg">
        {t`The pictures and what was read in them are removed for good.`}
      </Text>
      {remove.isPending && (
        <Progress.Root size="lg" radius="xl">
          <Progress.Section value={(remove.done / ids.length) * 100} aria-label={t`Deleted`} />
        </Progress.Root>
      )}
      {remove.isError && (
        <Notice kind="error">
          <Trans>Some could not be deleted. {errorText(remove.error)}</Trans>
        </Notice>
      )}
      <Group justify="flex-end" mt="md">
        <Button variant="default" onClick={onClose} disabled={remove.isPending}>
          {t`Keep them`}
        </Button>
        <Button
          color="var(--unreadable)"
          c="var(--paper)"
          loading={remove.isPending}
          onClick={() => remove.mutate(ids, { onSuccess: () => onDeleted(ids.length) })}
        >
          {t`Delete`}
        </Button>
      </Group>
    </Modal>
  )
}
