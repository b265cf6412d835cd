import type { ApiKey } from '@/api/types'
import { formatMoment } from '@/lib/format'

/** What an account may have at most, as the service says it too. */
export const MAX_KEYS = 20

export type Scope = ApiKey['scopes'][number]

export const scopeWords: Record<Scope, { label: string; short: string; description: string }> = {
  read: {
    label: 'Read',
    short: 'Sees readings',
    description: 'See and export what was read, and how many pages were used.',
  },
  write: {
    label: 'Write',
    short: 'Sends pictures',
    description: 'Send pictures to be read, correct readings and delete them.',
  },
}

const DAY_MS = 86_400_000
const SOON_DAYS = 14
const day = new Intl.DateTimeFormat(undefined, { dateStyle: 'long' })

export function formatDay(moment: Date): string {
  return day.format(moment)
}

export type Validity = 'good' | 'soon' | 'expired'

export function validityOf({ expires_at }: ApiKey, now = new Date()): Validity {
  if (expires_at === null) return 'good'
  const left = new Date(expires_at).getTime() - now.getTime()
  if (left <= 0) return 'expired'
  return left < SOON_DAYS * DAY_MS ? 'soon' : 'good'
}

export function expiryWords({ expires_at }: ApiKey, now = new Date()): string {
  if (expires_at === null) return 'Never'
  const end = new Date(expires_at)
  const left = end.getTime() - now.getTime()
  if (left <= 0) return `Expired on ${formatDay(end)}`
  if (left >= SOON_DAYS * DAY_MS) return formatDay(end)
  const days = Math.floor(left / DAY_MS)
  if (days === 0) return formatMoment(expires_at, now)
  return `${formatDay(end)}, in ${days} ${days === 1 ? 'day' : 'days'}`
}

export type ExpiryChoice = '30' | '90' | '365' | 'day' | 'never'

export const expiryChoices: { value: ExpiryChoice; label: string }[] = [
  { value: '30', label: 'In 30 days' },
  { value: '90', label: 'In 90 days' },
  { value: '365', label: 'In a year' },
  { value: 'day', label: 'On a day of your choice' },
  { value: 'never', label: 'Never' },
]

/** The end of what was chosen: the last moment of a day here, or null for never or a day not yet chosen. */
export function expiryOf(choice: ExpiryChoice, chosenDay: string, now = new Date()): Date | null {
  if (choice === 'never') return null
  if (choice === 'day') return chosenDay ? new Date(`${chosenDay}T23:59:59`) : null
  return new Date(now.getTime() + Number(choice) * DAY_MS)
}

/** Tomorrow, as a date field writes it: the first day that can be chosen. */
export function tomorrow(now = new Date()): string {
  const next = new Date(now.getFullYear(), now.getMonth(), now.getDate() + 1)
  const two = (number: number) => String(number).padStart(2, '0')
  return `${next.getFullYear()}-${two(next.getMonth() + 1)}-${two(next.getDate())}`
}
