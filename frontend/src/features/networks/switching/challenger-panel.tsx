import { t } from '@lingui/core/macro'
import { Button, Skeleton } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { errorText } from '@/api/error-text'
import type { NetworkChallenger, NetworkComparison } from '@/api/types'
import { Failure } from '@/components/failure'
import { Notice } from '@/components/notice'
import { Panel } from '@/components/panel'
import { ScrollRegion } from '@/features/networks/scroll-region'
import { comparisonQuery, type Act } from '@/features/networks/switching/queries'
import classes from '@/features/networks/switching/switching.module.css'
import tables from '@/features/networks/tables.module.css'
import { interval, networkName, share } from '@/features/networks/words'
import { formatMoment, formatNumber } from '@/lib/format'

interface ChallengerPanelProps {
  challenger: NetworkChallenger | null
  refused: string | null
  onAct: (act: Act) => void
}

/** The version on trial, or the last that was, beside what is served. */
export function ChallengerPanel({ challenger, refused, onAct }: ChallengerPanelProps) {
  if (!challenger) {
    return (
      <Panel title={t`Challenger`}>
        <p className={classes.words}>
          {t`No version reads along yet. Let one do so above, to see how it does on what people really send before it reads for them.`}
        </p>
      </Panel>
    )
  }
  const { name, version } = challenger
  const network = networkName(name)
  const of = share(challenger.share)
  const since = formatMoment(challenger.created_at)
  const isRunning = challenger.ended_at === null
  const until = challenger.ended_at === null ? '' : formatMoment(challenger.ended_at)
  return (
    <Panel
      title={t`Challenger`}
      action={
        isRunning && (
          <Button
            variant="default"
            size="compact-md"
            onClick={() => onAct({ kind: 'end', name, version })}
          >
            {t`Stop reading along …`}
          </Button>
        )
      }
    >
      <p className={classes.words}>
        {isRunning
          ? t`${network} ${version} reads along with ${of} of the readings (since: ${since}).`
          : t`${network} ${version} read along with ${of} of the readings (from: ${since}; until: ${until}).`}
      </p>
      {refused !== null && <Notice kind="error">{refused}</Notice>}
      <Comparison />
    </Panel>
  )
}

function Comparison() {
  const { data, error, isError, isFetching, refetch } = useQuery(comparisonQuery)
  if (isError) {
    return (
      <Failure isRetrying={isFetching} onRetry={() => void refetch()}>
        {errorText(error)}
      </Failure>
    )
  }
  if (!data) return <Skeleton height={120} role="status" aria-label={t`Loading the comparison`} />
  return (
    <>
      <Figures comparison={data} />
      <Button
        variant="subtle"
        size="compact-md"
        className={classes.again}
        loading={isFetching}
        onClick={() => void refetch()}
      >
        {t`Compare again`}
      </Button>
    </>
  )
}

function Figures({ comparison }: { comparison: NetworkComparison }) {
  const { n, same, judged, served, challenged } = comparison
  if (!served || !challenged) {
    return <p className={classes.words}>{t`It has read nothing yet.`}</p>
  }
  const read = formatNumber(n)
  const sames = share(same / n)
  const range = interval(comparison.same_interval)
  const sides = [
    { who: t`Served`, side: served },
    { who: t`Challenger`, side: challenged },
  ]
  return (
    <>
      <p className={classes.words}>
        {t`Read by both: ${read}. Same text: ${sames} (95% interval: ${range}).`}
      </p>
      <ScrollRegion label={t`Served and challenger`}>
        <table className={tables.table}>
          <thead>
            <tr>
              <th scope="col">{t`Network`}</th>
              <th scope="col">{t`Mean confidence`}</th>
              <th scope="col">{t`Median time`}</th>
              <th scope="col">{t`95% within`}</th>
              <th scope="col">{t`Right, of those judged`}</th>
            </tr>
          </thead>
          <tbody>
            {sides.map(({ who, side }) => (
              <tr key={who}>
                <th scope="row">{who}</th>
                <td>{share(side.mean_confidence)}</td>
                <td>{milliseconds(side.median_ms)}</td>
                <td>{milliseconds(side.p95_ms)}</td>
                <td>{rightOf(side, judged)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollRegion>
    </>
  )
}

type Side = NonNullable<NetworkComparison['served']>

function rightOf(side: Side, judged: number): string {
  if (judged === 0) return t`None judged yet`
  const right = formatNumber(side.right)
  const all = formatNumber(judged)
  const range = interval(side.right_interval)
  return t`${right} of ${all} (${range})`
}

function milliseconds(value: number): string {
  return formatNumber(value, { style: 'unit', unit: 'millisecond', maximumFractionDigits: 0 })
}
