import { t } from '@lingui/core/macro'
import { SegmentedControl, Skeleton } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { errorText } from '@/api/error-text'
import type { AdminNetwork, LiveVersion } from '@/api/types'
import { Failure } from '@/components/failure'
import { Panel } from '@/components/panel'
import { ScrollRegion } from '@/features/networks/scroll-region'
import { liveQuery, type Period } from '@/features/networks/switching/queries'
import classes from '@/features/networks/switching/switching.module.css'
import tables from '@/features/networks/tables.module.css'
import { networkName } from '@/features/networks/words'
import { formatDate, formatNumber } from '@/lib/format'

/** How often people correct what each version read. */
export function LivePanel({ networks }: { networks: readonly AdminNetwork[] }) {
  const [by, setBy] = useState<Period>('month')
  const { data, error, isError, isFetching, refetch } = useQuery(liveQuery(by))
  return (
    <Panel
      title={t`Corrections in real use`}
      action={
        <SegmentedControl
          aria-label={t`Figures over time by`}
          data={[
            { value: 'month' as const, label: t`Months` },
            { value: 'week' as const, label: t`Weeks` },
          ]}
          value={by}
          onChange={(value) => setBy(value)}
        />
      }
    >
      <p className={classes.words}>
        {t`Symbols that people changed, put in or took out, per 1,000 that were read. Of all readings this is less than the true error rate, since not everything is checked; of the judged ones it is more, since people check what looks doubtful. The intervals are of 95%.`}
      </p>
      {isError && (
        <Failure isRetrying={isFetching} onRetry={() => void refetch()}>
          {errorText(error)}
        </Failure>
      )}
      {!data && !isError && (
        <Skeleton height={160} role="status" aria-label={t`Loading the corrections`} />
      )}
      {data?.items.length === 0 && <p className={classes.words}>{t`Nothing was read yet.`}</p>}
      {data &&
        networks.map(({ name }) => {
          const versions = data.items.filter((one) => one.name === name)
          return versions.length > 0 && <Network key={name} name={name} versions={versions} />
        })}
    </Panel>
  )
}

function Network({ name, versions }: { name: string; versions: readonly LiveVersion[] }) {
  const network = networkName(name)
  return (
    <>
      <h3 className={classes.name}>{network}</h3>
      <ScrollRegion label={t`Corrections of ${network} by version`}>
        <table className={tables.table}>
          <thead>
            <tr>
              <th scope="col">{t`Version and time`}</th>
              <th scope="col">{t`Symbols read`}</th>
              <th scope="col">{t`Corrections`}</th>
              <th scope="col">{t`Per 1,000 read`}</th>
              <th scope="col">{t`Per 1,000 judged`}</th>
            </tr>
          </thead>
          {versions.map((version) => (
            <tbody key={version.version}>
              <Row name={t`${version.version}, all the time`} rate={version} />
              {version.periods.map((period) => (
                <Row key={period.begins} name={dayOf(period.begins)} rate={period} isPart />
              ))}
            </tbody>
          ))}
        </table>
      </ScrollRegion>
      {versions.map((version) => (
        <Confused key={version.version} version={version} />
      ))}
    </>
  )
}

type Rate = Omit<LiveVersion, 'name' | 'version' | 'periods' | 'confused'>

function Row({ name, rate, isPart = false }: { name: string; rate: Rate; isPart?: boolean }) {
  return (
    <tr className={isPart ? classes.part : undefined}>
      <th scope="row">{name}</th>
      <td>{formatNumber(rate.symbols)}</td>
      <td>{formatNumber(rate.corrections)}</td>
      <td>{rateOf(rate.per_1000, rate.per_1000_interval)}</td>
      <td>{rateOf(rate.per_1000_judged, rate.per_1000_judged_interval)}</td>
    </tr>
  )
}

/** The pairs that people corrected most. */
function Confused({ version }: { version: LiveVersion }) {
  if (version.confused.length === 0) return null
  return (
    <div className={classes.confused}>
      <h4 className={classes.small}>{t`Most confused by ${version.version}`}</h4>
      <ul className={classes.pairs}>
        {version.confused.map(({ read, said, n }) => (
          <li key={`${read}→${said}`}>
            {pairOf(read, said)} <span className={classes.times}>× {formatNumber(n)}</span>
          </li>
        ))}
      </ul>
    </div>
  )
}

function pairOf(read: string, said: string): string {
  if (read === '') return t`${said} missed`
  if (said === '') return t`${read} where nothing is`
  return t`${read} read, ${said} right`
}

function rateOf(rate: number | null, range: readonly number[] | null): string {
  if (rate === null || !range) return t`Not known`
  const value = tenths(rate)
  const from = tenths(range[0] ?? 0)
  const to = tenths(range[1] ?? 1000)
  return t`${value} (${from} to ${to})`
}

function tenths(value: number): string {
  return formatNumber(value, { maximumFractionDigits: 1 })
}

/** A day of the calendar of UTC, by which periods are counted. */
function dayOf(begins: string): string {
  const day = formatDate(new Date(`${begins}T00:00:00Z`), { dateStyle: 'medium', timeZone: 'UTC' })
  return t`from ${day}`
}
