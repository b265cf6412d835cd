import { t } from '@lingui/core/macro'
import type { AuditEvent, AuditPerson } from '@/api/types'
import classes from '@/features/admin/audit-row.module.css'
import { reasonOf, sentenceOf } from '@/features/admin/audit-words'
import { formatDate } from '@/lib/format'

interface AuditRowProps {
  event: AuditEvent
  people: ReadonlyMap<string, AuditPerson>
}

export function AuditRow({ event, people }: AuditRowProps) {
  const reason = reasonOf(event)
  return (
    <li className={classes.row}>
      <time dateTime={event.created_at} className={classes.time}>
        {formatDate(new Date(event.created_at), { dateStyle: 'medium', timeStyle: 'medium' })}
      </time>
      <div className={classes.what}>
        <p className={classes.sentence}>{sentenceOf(event, people)}</p>
        {reason !== undefined && <p className={classes.reason}>{t`Reason: ${reason}`}</p>}
        <details className={classes.details}>
          <summary>{t`Details`}</summary>
          <dl>
            <Detail name={t`Kind`}>{event.action}</Detail>
            <Detail name={t`Address`}>{event.address}</Detail>
            <Detail name={t`Request`}>{event.request_id}</Detail>
            <Detail name={t`Done by`}>{event.actor_id}</Detail>
            <Detail name={t`Account`}>{event.user_id}</Detail>
            <Detail name={t`Thing`}>{event.object_id}</Detail>
            {Object.entries(event.details).map(([name, value]) => (
              <Detail key={name} name={name}>
                {typeof value === 'string' ? value : JSON.stringify(value)}
              </Detail>
            ))}
          </dl>
        </details>
      </div>
    </li>
  )
}

function Detail({ name, children }: { name: string; children: string | null }) {
  if (children === null) return null
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  )
}
