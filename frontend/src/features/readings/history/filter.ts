import type { Status } from '@/api/types'

/** What the history shows, as it stands in the address. */
export interface HistoryFilter {
  text?: string
  status?: Status
  /** Only what somebody has checked. */
  judged?: true
  from?: string
  to?: string
}

const statuses: readonly string[] = [
  'read',
  'review',
  'unreadable',
  'blank',
] satisfies readonly Status[]
const DAY = /^\d{4}-\d{2}-\d{2}$/

/** Takes what it knows from the address and leaves out the rest. */
export function readFilter(search: URLSearchParams): HistoryFilter {
  const text = search.get('text')?.slice(0, 100)
  const status = search.get('status') ?? ''
  const from = search.get('from') ?? ''
  const to = search.get('to') ?? ''
  return {
    ...(text && { text }),
    ...(statuses.includes(status) && { status: status as Status }),
    ...(status === 'checked' && { judged: true }),
    ...(DAY.test(from) && { from }),
    ...(DAY.test(to) && { to }),
  }
}

/** The address with one field of the filter changed; an empty one is left out. */
export function withField(search: URLSearchParams, field: string, value: string): URLSearchParams {
  const next = new URLSearchParams(search)
  if (value) next.set(field, value)
  else next.delete(field)
  return next
}
