import type { Reading } from '@/api/types'
import type { Mark } from '@/features/readings/marks'
import { formatPercent } from '@/lib/format'

/** From here on a number is in doubt for another reason than its percentage. */
const SURE_ENOUGH = 0.9

/** What a status means for the person who has to use the number. */
export function statusSentence(
  { text, status, confidence, issues }: Reading,
  digits: number,
): string {
  const number = text.includes('\n') ? 'the whole text' : 'the whole number'
  const whole = digits === 1 ? 'this digit' : number
  switch (status) {
    case 'read':
      return `${formatPercent(confidence)} sure of ${whole}.`
    case 'review':
      return confidence < SURE_ENOUGH
        ? `Only ${formatPercent(confidence)} sure of ${whole}: compare it with the picture before you use it.`
        : 'Compare it with the picture before you use it; why is said below.'
    case 'unreadable':
      return 'Something is written here, but what it says is only a guess. A sharper or closer picture may help.'
    case 'blank':
      return issues[0]?.message ?? 'Nothing written was found in the picture.'
  }
}

/** A text of several lines on one line. */
export function shortText(text: string): string {
  return text.split('\n').join('  ')
}

/** A digit as a screen reader says it. */
export function digitName(mark: Mark | undefined, count: number): string {
  if (!mark) return ''
  const { index, digit, issue } = mark
  const doubt = issue ? ', check it' : ''
  return `Digit ${index + 1} of ${count}: ${digit.text || 'not readable'}, ${formatPercent(digit.confidence)} sure${doubt}`
}
