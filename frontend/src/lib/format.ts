import { i18n } from '@lingui/core'
import { t } from '@lingui/core/macro'

export function formatNumber(number: number, options?: Intl.NumberFormatOptions): string {
  return i18n.number(number, options)
}

export function formatDate(date: Date, options: Intl.DateTimeFormatOptions): string {
  return i18n.date(date, options)
}

/** Never claims certainty: a probability a hair below one is ">99.9%", a hair above zero "<0.1%". */
export function formatPercent(probability: number): string {
  if (probability >= 0.9995) return `>${tenths(0.999)}`
  if (probability < 0.0005) return `<${tenths(0.001)}`
  return tenths(probability)
}

function tenths(share: number): string {
  return formatNumber(share, {
    style: 'percent',
    minimumFractionDigits: 1,
    maximumFractionDigits: 1,
  })
}

/** As far as something is, in whole percent. */
export function formatShare(share: number): string {
  return formatNumber(share, { style: 'percent', maximumFractionDigits: 0 })
}

export function formatFileSize(bytes: number): string {
  const megabytes = bytes / 1_048_576
  if (megabytes < 0.95) return `${formatNumber(Math.max(1, Math.round(bytes / 1024)))} KB`
  const minimumFractionDigits = megabytes < 10 ? 1 : 0
  return `${formatNumber(megabytes, { minimumFractionDigits, maximumFractionDigits: 1 })} MB`
}

export function formatMoment(iso: string, now: Date = new Date()): string {
  const moment = new Date(iso)
  const time = formatDate(moment, { hour: 'numeric', minute: '2-digit' })
  if (moment.toDateString() === now.toDateString()) return t`Today, ${time}`
  return moment.getFullYear() === now.getFullYear()
    ? formatDate(moment, { day: 'numeric', month: 'short', hour: 'numeric', minute: '2-digit' })
    : formatDate(moment, { day: 'numeric', month: 'short', year: 'numeric' })
}
