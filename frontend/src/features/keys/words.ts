import type { MessageDescriptor } from '@lingui/core'
import { msg, plural, t } from '@lingui/core/macro'
import type { ApiKey } from '@/api/types'
import { formatDate, formatMoment } from '@/lib/format'

/** What an account may have at most, as the service says it too. */
export const MAX_KEYS = 20

export type Scope = ApiKey['scopes'][number]

export const scopeWords: Record<
  Scope,
  Record<'label' | 'short' | 'description', MessageDescriptor>
> = {
  read: {
    label: msg({ message: 'Read', context: 'permission of a key' }),
    short: msg`Sees readings`,
    description: msg`See and export what was read, and how many pages were used.`,
  },
  write: {
    label: msg({ message: 'Write', context: 'permission of a key' }),
    short: msg`Sends pictures`,
    description: msg`Send pictures to be read, correct readings and delete them.`,
  },
}

const DAY_MS = 86_400_000
const SOON_DAYS = 14

export function formatDay(moment: Date): string {
  return formatDate(moment, { dateStyle: 'long' })
}

export type Validity = 'good' | 'soon' | 'expired'

export function validityOf({ expires_at }: ApiKey, now = new Date()): Validity {
  if (expires_at === null) return 'good'
  const left = new Date(expires_at).getTime() - now.getTime()
  if (left <= 0) return 'expired'
  return left < SOON_DAYS * DAY_MS ? 'soon' : 'good'
}

export function expiryWords({ expires_at }: ApiKey, now = new Date()): string {
  if (expires_at === null) return t`Never`
  const end = new Date(expires_at)
  const left = end.getTime() - now.getTime()
  if (left <= 0) return t`Expired on ${formatDay(end)}`
  if (left >= SOON_DAYS * DAY_MS) return formatDay(end)
  const days = Math.floor(left / DAY_MS)
  if (days === 0) return formatMoment(expires_at, now)
  const last = formatDay(end)
  return plural(days, { one: `${last}, in # day`, other: `${last}, in # days` })
}

export type ExpiryChoice = '30' | '90' | '365' | 'day' | 'never'

export const expiryChoices: { value: ExpiryChoice; label: MessageDescriptor }[] = [
  { value: '30', label: msg`In 30 days` },
  { value: '90', label: msg`In 90 days` },
  { value: '365', label: msg`In a year` },
  { value: 'day', label: msg`On a day of your choice` },
  { value: 'never', label: msg`Never` },
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
