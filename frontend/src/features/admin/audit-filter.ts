import type { AuditAction } from '@/api/types'
import { isAction } from '@/features/admin/audit-words'

/** What the audit log shows, as it stands in the address. */
export interface AuditFilter {
  person?: string
  action?: AuditAction
  from?: string
  to?: string
}

const ID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i
const DAY = /^\d{4}-\d{2}-\d{2}$/

/** Takes what it knows from the address and leaves out the rest. */
export function readFilter(search: URLSearchParams): AuditFilter {
  const person = search.get('person') ?? ''
  const action = search.get('action') ?? ''
  const from = search.get('from') ?? ''
  const to = search.get('to') ?? ''
  return {
    ...(ID.test(person) && { person }),
    ...(isAction(action) && { action }),
    ...(isDay(from) && { from }),
    ...(isDay(to) && { to }),
  }
}

/** The moments between which both days lie, in UTC: from the first on, before the second. */
export function momentsOf({ from, to }: AuditFilter): { since?: string; until?: string } {
  return {
    ...(from && { since: `${from}T00:00:00Z` }),
    ...(to && { until: `${dayAfter(to)}T00:00:00Z` }),
  }
}

// The service keeps no events of other years, and a year of five digits is none for it.
function isDay(text: string): boolean {
  return DAY.test(text) && text >= '1970' && text < '9998' && !Number.isNaN(Date.parse(text))
}

function dayAfter(day: string): string {
  const next = new Date(`${day}T00:00:00Z`)
  next.setUTCDate(next.getUTCDate() + 1)
  return next.toISOString().slice(0, 10)
}
