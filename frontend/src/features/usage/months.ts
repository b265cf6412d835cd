import { formatDate } from '@/lib/format'

/** Months as the service writes them, such as `2026-01`. They begin and end in UTC. */

const MONTH = /^\d{4}-(0[1-9]|1[0-2])$/
const timeZone = 'UTC'

export function isMonth(text: string | null): text is string {
  return text !== null && MONTH.test(text)
}

export function currentMonth(now = new Date()): string {
  return now.toISOString().slice(0, 7)
}

/** `2026-02` to `2026-02-28`. */
export function lastDayOf(month: string): string {
  const [year = 0, number = 1] = month.split('-').map(Number)
  return new Date(Date.UTC(year, number, 0)).toISOString().slice(0, 10)
}

export function formatMonth(month: string): string {
  return formatDate(new Date(`${month}-01T00:00:00Z`), { month: 'long', year: 'numeric', timeZone })
}

/** A day of a month that is known from around it. */
export function formatDayOfMonth(day: string): string {
  return formatDate(new Date(`${day}T00:00:00Z`), { day: 'numeric', month: 'long', timeZone })
}

export function formatDayInUtc(iso: string): string {
  return formatDate(new Date(iso), { dateStyle: 'long', timeZone })
}
