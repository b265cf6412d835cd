import { t } from '@lingui/core/macro'
import type { NetworkResult } from '@/api/types'
import { interval, setName, share } from '@/features/networks/words'
import classes from '@/features/networks/tables.module.css'
import { ScrollRegion } from '@/features/networks/scroll-region'
import { formatNumber } from '@/lib/format'

/** Each set of test pictures in a row. Columns of which nothing is known are left out. */
export function ResultsTable({ results }: { results: readonly NetworkResult[] }) {
  const hasRead = results.some(({ read }) => read !== null)
  const hasRefused = results.some(({ refused }) => refused !== null)
  return (
    <ScrollRegion label={t`Results by pictures`}>
      <table className={classes.table}>
        <thead>
          <tr>
            <th scope="col">{t`Pictures`}</th>
            <th scope="col">{t({ message: 'Number', context: 'of pictures' })}</th>
            <th scope="col">{t`Right`}</th>
            <th scope="col">{t`95% interval`}</th>
            {hasRefused && <th scope="col">{t`Called no digit`}</th>}
            {hasRead && <th scope="col">{t`Called “read”`}</th>}
            {hasRead && <th scope="col">{t`Wrong among “read”`}</th>}
          </tr>
        </thead>
        <tbody>
          {results.map((result) => (
            <tr key={`${result.pictures} ${result.symbols ?? ''}`}>
              <th scope="row">{setName(result)}</th>
              <td>{result.n === null ? t`Not known` : formatNumber(result.n)}</td>
              <td>{share(result.accuracy)}</td>
              <td>{result.interval ? interval(result.interval) : t`Not known`}</td>
              {hasRefused && <td>{orNothing(result.refused)}</td>}
              {hasRead && <td>{orNothing(result.read)}</td>}
              {hasRead && <td>{orNothing(result.wrong_among_read)}</td>}
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollRegion>
  )
}

function orNothing(value: number | null): string {
  return value === null ? t`Not known` : share(value)
}
