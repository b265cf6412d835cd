import { t } from '@lingui/core/macro'
import { formatDayOfMonth } from '@/features/usage/months'
import type { DayPages, KeyAndNetworks } from '@/features/usage/sums'
import classes from '@/features/usage/tables.module.css'
import { formatNumber } from '@/lib/format'

/** The chart in numbers; days without a page are left out. */
export function DayTable({ days }: { days: readonly DayPages[] }) {
  return (
    <table className={classes.table}>
      <caption className={classes.caption}>{t`Pages by day`}</caption>
      <thead>
        <tr>
          <th scope="col">{t`Day`}</th>
          <th scope="col" className={classes.number}>
            {t`Pages`}
          </th>
        </tr>
      </thead>
      <tbody>
        {days
          .filter(({ pages }) => pages > 0)
          .map(({ day, pages }) => (
            <tr key={day}>
              <th scope="row">{formatDayOfMonth(day)}</th>
              <td className={classes.number}>{formatNumber(pages)}</td>
            </tr>
          ))}
      </tbody>
    </table>
  )
}

export function KeyTable({ rows }: { rows: readonly KeyAndNetworks[] }) {
  return (
    <table className={classes.table}>
      <caption className={classes.caption}>{t`By key and networks`}</caption>
      <thead>
        <tr>
          <th scope="col">{t`Key`}</th>
          <th scope="col">{t`Networks`}</th>
          <th scope="col" className={classes.number}>
            {t`Readings`}
          </th>
          <th scope="col" className={classes.number}>
            {t`Pages`}
          </th>
        </tr>
      </thead>
      <tbody>
        {rows.map(({ id, key, networks, readings, pages }) => (
          <tr key={id}>
            <th scope="row">{key}</th>
            <td className={classes.soft}>{networks}</td>
            <td className={classes.number}>{formatNumber(readings)}</td>
            <td className={classes.number}>{formatNumber(pages)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
