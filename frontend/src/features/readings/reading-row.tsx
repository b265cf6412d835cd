import { t } from '@lingui/core/macro'
import type { ReactNode } from 'react'
import { Link } from 'react-router'
import type { ReadingSummary } from '@/api/types'
import { StatusBadge } from '@/components/status-badge'
import classes from '@/features/readings/reading-row.module.css'
import { currentText, shortText } from '@/features/readings/words'
import { formatMoment } from '@/lib/format'

interface ReadingRowProps {
  reading: ReadingSummary
  action?: ReactNode
  /** What stands before it, such as a box to tick. */
  lead?: ReactNode
}

export function ReadingRow(props: ReadingRowProps) {
  return (
    <li className={classes.row}>
      <ReadingRowContent {...props} />
    </li>
  )
}

/** For lists that lay out their rows themselves. */
export function ReadingRowContent({ reading, action, lead }: ReadingRowProps) {
  const text = currentText(reading)
  return (
    <>
      {lead}
      <Link to={`/readings/${reading.id}`} className={classes.link}>
        <span className={classes.text} data-empty={text === ''}>
          {shortText(text) || t`No digits`}
        </span>
        <span>
          <StatusBadge status={reading.feedback ? 'checked' : reading.status} />
        </span>
        <span className={classes.details}>
          <span className={classes.file}>{reading.file_name}</span>
          <time dateTime={reading.created_at}>{formatMoment(reading.created_at)}</time>
        </span>
      </Link>
      {action}
    </>
  )
}
