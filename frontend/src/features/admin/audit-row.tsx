import type { AuditEvent, AuditPerson } from '@/api/types'
import classes from '@/features/admin/audit-row.module.css'
import { reasonOf, sentenceOf } from '@/features/admin/audit-words'

interface AuditRowProps {
  event: AuditEvent
  people: ReadonlyMap<string, AuditPerson>
}

const moment = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium' })

export function AuditRow({ event, people }: AuditRowProps) {
  const reason = reasonOf(event)
  return (
    <li className={classes.row}>
      <time dateTime={event.created_at} className={classes.time}>
        {moment.format(new Date(event.created_at))}
      </time>
      <div className={classes.what}>
        <p className={classes.sentence}>{sentenceOf(event, people)}</p>
        {reason !== undefined && <p className={classes.reason}>Reason: {reason}</p>}
        <details className={classes.details}>
          <summary>Details</summary>
          <dl>
            <Detail name="Kind">{event.action}</Detail>
            <Detail name="Address">{event.address}</Detail>
            <Detail name="Request">{event.request_id}</Detail>
            <Detail name="Done by">{event.actor_id}</Detail>
            <Detail name="Account">{event.user_id}</Detail>
            <Detail name="Thing">{event.object_id}</Detail>
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
