import { t } from '@lingui/core/macro'
import { Modal } from '@mantine/core'
import { useMediaQuery } from '@mantine/hooks'
import type { ReactNode } from 'react'
import classes from '@/features/readings/capture/capture-dialog.module.css'

interface CaptureDialogProps {
  opened: boolean
  title: string
  onClose: () => void
  children: ReactNode
}

/** A large dialog; on a phone, whichever way it is held, the whole screen. */
export function CaptureDialog({ opened, title, onClose, children }: CaptureDialogProps) {
  const isSmall = useMediaQuery('(max-width: 640px), (max-height: 520px)')
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={title}
      size="56rem"
      fullScreen={isSmall}
      closeButtonProps={{ 'aria-label': t`Close` }}
      classNames={{ content: classes.content, body: classes.body }}
    >
      {children}
    </Modal>
  )
}
