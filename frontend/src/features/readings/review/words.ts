import type { Cell } from '@/features/readings/review/cells'
import type { JudgementKind } from '@/features/readings/review/judgements'
import { formatPercent } from '@/lib/format'

export const allSureWords = 'Nothing is in doubt any more: Enter accepts the number.'
export const typeFirstWords = 'Type what each new box says, or press Esc to leave it as it was.'

export const actWords = {
  typed: (cell: Cell, text: string) =>
    text === cell.read.text && cell.cuts === null
      ? `Digit ${cell.index + 1} is ${text}, as it was read.`
      : `Digit ${cell.index + 1} is now ${text}.`,
  noDigit: 'Marked as no digit.',
  unreadable: 'Marked as not readable.',
  redrawn: 'The new box is saved.',
  drawing:
    'Drag a box on the picture, or move it with the arrow keys and size it with Shift and an arrow. Enter saves it, Esc leaves it.',
}

export const judgedNames: Record<JudgementKind, string> = {
  corrected: 'corrected',
  confirmed: 'confirmed',
  not_a_digit: 'no digit',
  unreadable: 'not readable',
}

/** What a cell shows of itself. */
export function cellText({ text, judged }: Cell): string {
  if (judged === 'not_a_digit') return '×'
  if (judged === 'unreadable') return '?'
  return text || '?'
}

/** A cell as a screen reader says it. */
export function cellName(cell: Cell, count: number): string {
  const { index, text, judged, read, isDoubtful } = cell
  const start = `Digit ${index + 1} of ${count}: `
  if (judged === 'not_a_digit' || judged === 'unreadable') return start + judgedNames[judged]
  if (judged) return `${start}${text}, ${judgedNames[judged]}`
  if (text === '') return `${start}not typed yet`
  return `${start}${text}, ${formatPercent(read.confidence)} sure${isDoubtful ? ', check it' : ''}`
}

export function count(number: number, one: string, many = `${one}s`): string {
  return `${number.toLocaleString('en')} ${number === 1 ? one : many}`
}
