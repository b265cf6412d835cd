import { t } from '@lingui/core/macro'
import { Button, Group, Modal, Stack } from '@mantine/core'
import type { ReactNode } from 'react'
import { Notice } from '@/components/notice'

interface ConfirmDialogProps {
  opened: boolean
  title: string
  /** What happens after a yes. */
  children: ReactNode
  yes: string
  no: string
  isRunning: boolean
  /** Why it did not work. */
  problem: string | undefined
  onYes: () => void
  onClose: () => void
  onClosed?: () => void
}

/** Asks once more before something that others notice, or that cannot be undone. */
export function ConfirmDialog(props: ConfirmDialogProps) {
  return (
    <Modal
      opened={props.opened}
      onClose={props.onClose}
      onExitTransitionEnd={props.onClosed}
      title={props.title}
      closeButtonProps={{ 'aria-label': t`Close` }}
    >
      <Stack gap="md">
        <div style={{ color: 'var(--ink-soft)', lineHeight: 1.5, overflowWrap: 'anywhere' }}>
          {props.children}
        </div>
        {props.problem !== undefined && <Notice kind="error">{props.problem}</Notice>}
        <Group justify="flex-end">
          <Button variant="default" onClick={props.onClose}>
            {props.no}
          </Button>
          <Button
            color="var(--unreadable)"
            c="var(--paper)"
            loading={props.isRunning}
            onClick={props.onYes}
          >
            {props.yes}
          </Button>
        </Group>
      </Stack>
    </Modal>
  )
}
