import { IconAlertTriangle, IconInfoCircle } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import classes from '@/components/notice.module.css'

interface NoticeProps {
  kind: 'error' | 'info'
  children: ReactNode
  /** A button that offers the way out. */
  action?: ReactNode
}

/** A sentence a person must not miss, spoken by screen readers when it appears. */
export function Notice({ kind, children, action }: NoticeProps) {
  const Icon = kind === 'error' ? IconAlertTriangle : IconInfoCircle
  return (
    <div role={kind === 'error' ? 'alert' : 'status'} className={classes.notice} data-kind={kind}>
      <Icon size={20} aria-hidden className={classes.icon} />
      <div className={classes.words}>{children}</div>
      {action}
    </div>
  )
}
