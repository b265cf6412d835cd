import type { MessageDescriptor } from '@lingui/core'
import { msg } from '@lingui/core/macro'
import {
  IconCircleCheck,
  IconCircleDashed,
  IconCircleX,
  IconEyeExclamation,
  IconUserCheck,
  type Icon,
} from '@tabler/icons-react'

export type StatusName = 'read' | 'review' | 'unreadable' | 'blank' | 'checked'

interface StatusLook {
  label: MessageDescriptor
  icon: Icon
  color: string
  background: string
}

/** How each status looks: always a word and an icon of its own shape, never colour alone. */
export const statusLooks: Record<StatusName, StatusLook> = {
  read: {
    label: msg({ message: 'Read', context: 'status of a reading' }),
    icon: IconCircleCheck,
    color: 'var(--read)',
    background: 'var(--read-soft)',
  },
  review: {
    label: msg`Check it`,
    icon: IconEyeExclamation,
    color: 'var(--review)',
    background: 'var(--review-soft)',
  },
  unreadable: {
    label: msg`Not readable`,
    icon: IconCircleX,
    color: 'var(--unreadable)',
    background: 'var(--unreadable-soft)',
  },
  checked: {
    label: msg`Checked`,
    icon: IconUserCheck,
    color: 'var(--read)',
    background: 'var(--read-soft)',
  },
  blank: {
    label: msg`Nothing written`,
    icon: IconCircleDashed,
    color: 'var(--blank)',
    background: 'var(--blank-soft)',
  },
}
