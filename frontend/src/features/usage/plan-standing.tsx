import { plural, t } from '@lingui/core/macro'
import { Trans } from '@lingui/react/macro'
import { useQuery } from '@tanstack/react-query'
import { IconAlertTriangle, IconCircleCheck } from '@tabler/icons-react'
import type { Standing } from '@/api/types'
import { Panel } from '@/components/panel'
import { currentMonth, formatDayInUtc, formatMonth } from '@/features/usage/months'
import classes from '@/features/usage/plan-standing.module.css'
import { statementQuery } from '@/features/usage/queries'
import { formatNumber } from '@/lib/format'

const NEARLY = 0.8

/** How far the plan is used up this month, as a bar, a number and in words. */
export function PlanStanding({ standing }: { standing: Standing }) {
  const { plan, used_pages: used, included_pages: included, hard_stop: stops } = standing
  const month = currentMonth()
  // What the pages beyond cost is said by the statement only.
  const { data: statement } = useQuery({ ...statementQuery(month), enabled: !stops })
  const part = included > 0 ? used / included : 1
  const level = part >= 1 ? (stops ? 'reached' : 'beyond') : part >= NEARLY ? 'near' : 'fine'
  const left = Math.max(included - used, 0)
  const usedPages = formatNumber(used)
  const includedPages = formatNumber(included)

  return (
    <Panel
      title={formatMonth(month)}
      action={<span className={classes.plan}>{t`Plan ${plan}`}</span>}
    >
      <div className={classes.standing} data-level={level}>
        <p className={classes.number}>
          <Trans>
            <strong>{usedPages}</strong> of {includedPages} pages
          </Trans>
          {level === 'near' && (
            <span className={classes.mark}>
              <IconAlertTriangle size={18} aria-hidden /> {t`Nearly used up`}
            </span>
          )}
          {level === 'reached' && (
            <span className={classes.mark}>
              <IconAlertTriangle size={18} aria-hidden /> {t`All used`}
            </span>
          )}
        </p>
        <div
          role="progressbar"
          aria-label={t`Pages of the plan that are used`}
          aria-valuemin={0}
          aria-valuemax={included}
          aria-valuenow={Math.min(used, included)}
          aria-valuetext={t`${usedPages} of ${includedPages} pages`}
          className={classes.bar}
        >
          <div style={{ width: `${Math.min(part, 1) * 100}%`, minWidth: used > 0 ? 6 : 0 }} />
        </div>
        <p className={classes.words}>
          <Words {...{ level, left, stops }} resets={formatDayInUtc(standing.resets_at)} />
        </p>
        {statement?.price_per_thousand != null && (
          <dl className={classes.price}>
            <div>
              <dt>{t`A thousand pages beyond`}</dt>
              <dd>
                {statement.price_per_thousand} {statement.currency}
              </dd>
            </div>
            <div>
              <dt>{t`Beyond so far`}</dt>
              <dd>{formatNumber(statement.beyond_pages)}</dd>
            </div>
            <div>
              <dt>{t`Amount so far`}</dt>
              <dd>
                {statement.amount} {statement.currency}
              </dd>
            </div>
          </dl>
        )}
        {stops && (
          <p className={classes.free}>
            <IconCircleCheck size={18} aria-hidden />
            {t`This plan has no price for more pages: nothing is charged beyond it.`}
          </p>
        )}
      </div>
    </Panel>
  )
}

interface WordsProps {
  level: 'fine' | 'near' | 'reached' | 'beyond'
  left: number
  stops: boolean
  resets: string
}

function Words({ level, left, stops, resets }: WordsProps) {
  if (level === 'reached') {
    return (
      <Trans>
        All pages of this month are read, so new pictures are refused for now. Reading goes on when
        the count starts anew on <strong>{resets}</strong> (UTC), or with a larger plan. What was
        read stays.
      </Trans>
    )
  }
  if (level === 'beyond') {
    return (
      <Trans>
        The pages of your plan are read. Reading goes on, and each page beyond is charged. The count
        starts anew on <strong>{resets}</strong> (UTC).
      </Trans>
    )
  }
  return (
    <>
      <strong>{plural(left, { one: '# page is left.', other: '# pages are left.' })}</strong>{' '}
      {stops ? (
        <Trans>
          Beyond them, reading stops until the count starts anew on <strong>{resets}</strong> (UTC).
        </Trans>
      ) : (
        <Trans>
          Beyond them, each page is charged until the count starts anew on <strong>{resets}</strong>{' '}
          (UTC).
        </Trans>
      )}
    </>
  )
}
