import { t } from '@lingui/core/macro'
import type { Reading } from '@/api/types'
import classes from '@/features/readings/reading-details.module.css'
import { formatMoment } from '@/lib/format'

export function ReadingDetails({ reading }: { reading: Reading }) {
  const models = Object.entries(reading.models).map(([name, version]) => `${name} ${version}`)
  return (
    <dl className={classes.details}>
      <div>
        <dt>{t`File`}</dt>
        <dd>{reading.file_name}</dd>
      </div>
      <div>
        <dt>{t`Sent`}</dt>
        <dd>
          <time dateTime={reading.created_at}>{formatMoment(reading.created_at)}</time>
        </dd>
      </div>
      {reading.pattern && (
        <div>
          <dt>{t`Pattern`}</dt>
          <dd>{reading.pattern}</dd>
        </div>
      )}
      <div>
        <dt>{t`Network`}</dt>
        <dd>{models.join(', ')}</dd>
      </div>
    </dl>
  )
}
