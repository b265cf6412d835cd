import type { MessageDescriptor } from '@lingui/core'
import { msg, plural, t } from '@lingui/core/macro'
import type { Cell } from '@/features/readings/review/cells'
import type { JudgementKind } from '@/features/readings/review/judgements'
import { formatNumber, formatPercent } from '@/lib/format'

export const allSureWords = () => t`Nothing is in doubt any more: Enter accepts the number.`
export const typeFirstWords = () =>
  t`Type what each new box says, or press Esc to leave it as it was.`

export const actWords = {
  typed: (cell: Cell, text: string) =>
    text === cell.read.text && cell.cuts === null
      ? t`Digit ${cell.index + 1} is ${text}, as it was read.`
      : t`Digit ${cell.index + 1} is now ${text}.`,
  noDigit: () => t`Marked as no digit.`,
  unreadable: () => t`Marked as not readable.`,
  redrawn: () => t`The new box is saved.`,
  drawing: () =>
    t`Drag a box on the picture, or move it with the arrow keys and size it with Shift and an arrow. Enter saves it, Esc leaves it.`,
}

export const judgedNames: Record<JudgementKind, MessageDescriptor> = {
  corrected: msg`corrected`,
  confirmed: msg`confirmed`,
  not_a_digit: msg`no digit`,
  unreadable: msg`not readable`,
}

/** What a cell shows of itself. */
export function cellText({ text, judged }: Cell): string {
  if (judged === 'not_a_digit') return '×'
  if (judged === 'unreadable') return '?'
  return text || '?'
}

/** A cell as a screen reader says it. */
export function cellName(cell: Cell, count: number): string {
  const { text, judged, read, isDoubtful } = cell
  const number = cell.index + 1
  if (judged) {
    const name = t(judgedNames[judged])
    return judged === 'not_a_digit' || judged === 'unreadable'
      ? t`Digit ${number} of ${count}: ${name}`
      : t`Digit ${number} of ${count}: ${text}, ${name}`
  }
  if (text === '') return t`Digit ${number} of ${count}: not typed yet`
  const sure = formatPercent(read.confidence)
  return isDoubtful
    ? t`Digit ${number} of ${count}: ${text}, ${sure} sure, check it`
    : t`Digit ${number} of ${count}: ${text}, ${sure} sure`
}

export function formatPace(perMinute: number): string {
  return formatNumber(perMinute, { minimumFractionDigits: 1, maximumFractionDigits: 1 })
}

/** What one visit of the review has done. */
export function checkedSentence(done: number, perMinute: number | null): string {
  if (perMinute === null) {
    return plural(done, { one: 'You checked # reading.', other: 'You checked # readings.' })
  }
  const pace = formatPace(perMinute)
  return plural(done, {
    one: `You checked # reading, ${pace} a minute.`,
    other: `You checked # readings, ${pace} a minute.`,
  })
}
