import { t } from '@lingui/core/macro'
import { statusLooks, type StatusName } from '@/components/status'
import classes from '@/components/status-badge.module.css'

export function StatusBadge({ status }: { status: StatusName }) {
  const { label, icon: Icon, color, background } = statusLooks[status]
  return (
    <span className={classes.badge} style={{ color, background }}>
      <Icon size={18} stroke={2.2} aria-hidden />
      {t(label)}
    </span>
  )
}
