import { t } from '@lingui/core/macro'
import { Plural, Trans } from '@lingui/react/macro'
import { Button, Select, Skeleton } from '@mantine/core'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useSearchParams } from 'react-router'
import { errorText } from '@/api/error-text'
import type { Usage } from '@/api/types'
import { Failure } from '@/components/failure'
import { PageHead } from '@/components/page-head'
import { Panel } from '@/components/panel'
import { DayChart } from '@/features/usage/day-chart'
import { DayTable, KeyTable } from '@/features/usage/tables'
import { currentMonth, formatMonth, isMonth } from '@/features/usage/months'
import { PlanStanding } from '@/features/usage/plan-standing'
import { monthsQuery, usageQuery } from '@/features/usage/queries'
import { Statements } from '@/features/usage/statements'
import {
  byKeyAndNetworks,
  filterLines,
  keyName,
  keyOf,
  networksOf,
  pagesByDay,
  sumOf,
} from '@/features/usage/sums'
import classes from '@/features/usage/usage-page.module.css'
import { usePageTitle } from '@/lib/use-page-title'

export function UsagePage() {
  usePageTitle(t`Usage`)
  const [search, setSearch] = useSearchParams()
  const wanted = search.get('month')
  const month = isMonth(wanted) ? wanted : currentMonth()
  const usage = useQuery({ ...usageQuery(month), placeholderData: keepPreviousData })
  const months = useQuery(monthsQuery)

  function setField(field: string, value: string | null) {
    setSearch(
      (known) => {
        const next = new URLSearchParams(known)
        if (value === null) next.delete(field)
        else next.set(field, value)
        // Another month has other keys and networks.
        if (field === 'month') ['key', 'networks'].forEach((name) => next.delete(name))
        return next
      },
      { replace: true },
    )
  }

  return (
    <div className={classes.page}>
      <PageHead title={t`Usage`}>
        {t`Every page that is read counts once. Months begin and end in UTC.`}
      </PageHead>
      {usage.isError && (
        <Failure isRetrying={usage.isFetching} onRetry={() => void usage.refetch()}>
          {errorText(usage.error)}
        </Failure>
      )}
      {usage.isPending && (
        <div role="status" aria-label={t`Loading your usage`} className={classes.page}>
          <Skeleton height={210} radius="lg" />
          <Skeleton height={340} radius="lg" />
        </div>
      )}
      {usage.data && (
        <>
          <PlanStanding standing={usage.data.this_month} />
          <MonthPanel
            usage={usage.data}
            month={month}
            months={months.data ?? []}
            search={search}
            onChange={setField}
          />
        </>
      )}
      <Statements months={months} />
    </div>
  )
}

interface MonthPanelProps {
  usage: Usage
  month: string
  months: readonly string[]
  search: URLSearchParams
  onChange: (field: string, value: string | null) => void
}

/** One month by day, key and networks. */
function MonthPanel({ usage, month, months, search, onChange }: MonthPanelProps) {
  const [isTable, setIsTable] = useState(false)
  // Of the month that is shown until the one that is asked for has come.
  const shownMonth = usage.from.slice(0, 7)
  const shownName = formatMonth(shownMonth)
  const keys = unique(usage.lines.map((line) => [keyOf(line), keyName(line)]))
  const networks = unique(usage.lines.map((line) => [networksOf(line), networksOf(line)]))
  const key = known(search.get('key'), keys)
  const version = known(search.get('networks'), networks)
  const lines = filterLines(usage.lines, { key, networks: version })
  const days = pagesByDay(lines, shownMonth)
  const pages = sumOf(lines.map((line) => line.pages))

  return (
    <Panel
      title={t`Pages by day`}
      action={
        pages > 0 && (
          <Button
            variant="default"
            size="compact-md"
            aria-pressed={isTable}
            onClick={() => setIsTable(!isTable)}
          >
            {isTable ? t`Show as a chart` : t`Show as a table`}
          </Button>
        )
      }
    >
      <div className={classes.filters}>
        <Select
          label={t`Month`}
          data={[...new Set([month, ...months])]
            .sort()
            .reverse()
            .map((value) => ({ value, label: formatMonth(value) }))}
          value={month}
          allowDeselect={false}
          onChange={(value) => onChange('month', value)}
        />
        {keys.length > 1 && (
          <Select
            label={t`Key`}
            data={[{ value: '', label: t`All` }, ...keys]}
            value={key ?? ''}
            allowDeselect={false}
            onChange={(value) => onChange('key', value === '' ? null : value)}
          />
        )}
        {networks.length > 1 && (
          <Select
            label={t`Networks`}
            data={[{ value: '', label: t`All` }, ...networks]}
            value={version ?? ''}
            allowDeselect={false}
            onChange={(value) => onChange('networks', value === '' ? null : value)}
          />
        )}
      </div>
      <p role="status" className={classes.sum}>
        <Plural
          value={pages}
          one={
            <Trans>
              <strong>#</strong> page in {shownName}
            </Trans>
          }
          other={
            <Trans>
              <strong>#</strong> pages in {shownName}
            </Trans>
          }
        />
      </p>
      {pages === 0 ? (
        <p className={classes.soft}>{t`Nothing was read in this month.`}</p>
      ) : (
        <>
          {isTable ? <DayTable days={days} /> : <DayChart days={days} month={shownMonth} />}
          <KeyTable rows={byKeyAndNetworks(lines)} />
        </>
      )}
    </Panel>
  )
}

function unique(pairs: readonly (readonly [string, string])[]) {
  return [...new Map(pairs)].map(([value, label]) => ({ value, label }))
}

function known(value: string | null, choices: readonly { value: string }[]): string | null {
  return choices.some((choice) => choice.value === value) ? value : null
}
