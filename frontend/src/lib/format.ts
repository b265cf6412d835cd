/** Never claims certainty: a probability a hair below one is ">99.9%", a hair above zero "<0.1%". */
export function formatPercent(probability: number): string {
  if (probability >= 0.9995) return '>99.9%'
  if (probability < 0.0005) return '<0.1%'
  return `${(probability * 100).toFixed(1)}%`
}

export function formatFileSize(bytes: number): string {
  const megabytes = bytes / 1_048_576
  if (megabytes < 0.95) return `${Math.max(1, Math.round(bytes / 1024))} KB`
  return `${megabytes < 10 ? megabytes.toFixed(1) : Math.round(megabytes * 10) / 10} MB`
}

const sameYear = new Intl.DateTimeFormat(undefined, {
  day: 'numeric',
  month: 'short',
  hour: 'numeric',
  minute: '2-digit',
})
const otherYear = new Intl.DateTimeFormat(undefined, {
  day: 'numeric',
  month: 'short',
  year: 'numeric',
})
const time = new Intl.DateTimeFormat(undefined, { hour: 'numeric', minute: '2-digit' })

export function formatMoment(iso: string, now: Date = new Date()): string {
  const moment = new Date(iso)
  if (moment.toDateString() === now.toDateString()) return `Today, ${time.format(moment)}`
  return (moment.getFullYear() === now.getFullYear() ? sameYear : otherYear).format(moment)
}
