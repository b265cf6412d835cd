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
  label: string
  icon: Icon
  color: string
  background: string
}

/** How each status looks: always a word and an icon of its own shape, never colour alone. */
export const statusLooks: Record<StatusName, StatusLook> = {
  read: {
    label: 'Read',
    icon: IconCircleCheck,
    color: 'var(--read)',
    background: 'var(--read-soft)',
  },
  review: {
    label: 'Check it',
    icon: IconEyeExclamation,
    color: 'var(--review)',
    background: 'var(--review-soft)',
  },
  unreadable: {
    label: 'Not readable',
    icon: IconCircleX,
    color: 'var(--unreadable)',
    background: 'var(--unreadable-soft)',
  },
  checked: {
    label: 'Checked',
    icon: IconUserCheck,
    color: 'var(--read)',
    background: 'var(--read-soft)',
  },
  blank: {
    label: 'Nothing written',
    icon: IconCircleDashed,
    color: 'var(--blank)',
    background: 'var(--blank-soft)',
  },
}
