import { plural, t } from '@lingui/core/macro'
import { Button, Skeleton } from '@mantine/core'
import { useQuery, type UseQueryResult } from '@tanstack/react-query'
import { IconDownload } from '@tabler/icons-react'
import { useState } from 'react'
import { errorText } from '@/api/error-text'
import { Failure } from '@/components/failure'
import { Notice } from '@/components/notice'
import { Panel } from '@/components/panel'
import { formatMonth } from '@/features/usage/months'
import { statementQuery, useDownload, type StatementFormat } from '@/features/usage/queries'
import classes from '@/features/usage/statements.module.css'
import { formatNumber } from '@/lib/format'

const formats: readonly { format: StatementFormat; label: string }[] = [
  { format: 'pdf', label: 'PDF' },
  { format: 'csv', label: 'CSV' },
  { format: 'json', label: 'JSON' },
]
const AT_FIRST = 6

/** The months with what they cost, to look at and to take away. */
export function Statements({ months }: { months: UseQueryResult<string[]> }) {
  const [isLong, setIsLong] = useState(false)
  const download = useDownload()
  const shown = isLong ? months.data : months.data?.slice(0, AT_FIRST)

  return (
    <Panel title={t`Statements`}>
      {months.isError && (
        <Failure isRetrying={months.isFetching} onRetry={() => void months.refetch()}>
          {errorText(months.error)}
        </Failure>
      )}
      {months.isPending && (
        <div role="status" aria-label={t`Loading your statements`}>
          <Skeleton height={64} radius="md" />
        </div>
      )}
      {download.isError && <Notice kind="error">{errorText(download.error)}</Notice>}
      <ul className={classes.list}>
        {shown?.map((month) => (
          <Row
            key={month}
            month={month}
            running={download.isPending ? download.variables : undefined}
            onDownload={(format) => download.mutate({ month, format })}
          />
        ))}
      </ul>
      {months.data && !isLong && months.data.length > AT_FIRST && (
        <Button variant="subtle" onClick={() => setIsLong(true)}>
          {t`Show all ${months.data.length} months`}
        </Button>
      )}
    </Panel>
  )
}

interface RowProps {
  month: string
  running: { month: string; format: StatementFormat } | undefined
  onDownload: (format: StatementFormat) => void
}

function Row({ month, running, onDownload }: RowProps) {
  const { data, error } = useQuery(statementQuery(month))
  return (
    <li className={classes.row}>
      <div className={classes.month}>
        <strong>{formatMonth(month)}</strong>
        {data && (
          <span className={classes.soft}>
            {plural(data.pages, {
              one: `# page, plan ${data.plan}`,
              other: `# pages, plan ${data.plan}`,
            })}
            {data.beyond_pages > 0 && `, ${t`${formatNumber(data.beyond_pages)} beyond it`}`}
            {!data.final && ` · ${t`not over yet`}`}
          </span>
        )}
        {error && <span className={classes.soft}>{errorText(error)}</span>}
      </div>
      {/* As the service wrote it: a number would lose what is exact in it. */}
      <div className={classes.amount}>{data && `${data.amount} ${data.currency}`}</div>
      <div className={classes.files}>
        {formats.map(({ format, label }) => (
          <Button
            key={format}
            variant="default"
            size="compact-md"
            leftSection={<IconDownload size={15} aria-hidden />}
            aria-label={t`Download ${formatMonth(month)} as ${label}`}
            loading={running?.month === month && running.format === format}
            onClick={() => onDownload(format)}
          >
            {label}
          </Button>
        ))}
      </div>
    </li>
  )
}
