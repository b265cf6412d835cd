import { formatDayOfMonth } from '@/features/usage/months'
import type { DayPages, KeyAndNetworks } from '@/features/usage/sums'
import classes from '@/features/usage/tables.module.css'

/** The chart in numbers; days without a page are left out. */
export function DayTable({ days }: { days: readonly DayPages[] }) {
  return (
    <table className={classes.table}>
      <caption className={classes.caption}>Pages by day</caption>
      <thead>
        <tr>
          <th scope="col">Day</th>
          <th scope="col" className={classes.number}>
            Pages
          </th>
        </tr>
      </thead>
      <tbody>
        {days
          .filter(({ pages }) => pages > 0)
          .map(({ day, pages }) => (
            <tr key={day}>
              <th scope="row">{formatDayOfMonth(day)}</th>
              <td className={classes.number}>{pages.toLocaleString()}</td>
            </tr>
          ))}
      </tbody>
    </table>
  )
}

export function KeyTable({ rows }: { rows: readonly KeyAndNetworks[] }) {
  return (
    <table className={classes.table}>
      <caption className={classes.caption}>By key and networks</caption>
      <thead>
        <tr>
          <th scope="col">Key</th>
          <th scope="col">Networks</th>
          <th scope="col" className={classes.number}>
            Readings
          </th>
          <th scope="col" className={classes.number}>
            Pages
          </th>
        </tr>
      </thead>
      <tbody>
        {rows.map(({ id, key, networks, readings, pages }) => (
          <tr key={id}>
            <th scope="row">{key}</th>
            <td className={classes.soft}>{networks}</td>
            <td className={classes.number}>{readings.toLocaleString()}</td>
            <td className={classes.number}>{pages.toLocaleString()}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
