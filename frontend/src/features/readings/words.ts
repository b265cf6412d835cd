import type { IssueCode, Reading, ReadingSummary, Stages } from '@/api/types'
import type { Mark } from '@/features/readings/marks'
import { formatPercent } from '@/lib/format'

/** From here on a number is in doubt for another reason than its percentage. */
const SURE_ENOUGH = 0.9

/** What a status means for the person who has to use the number. */
export function statusSentence(
  { text, status, confidence, issues }: Pick<Reading, 'text' | 'status' | 'confidence' | 'issues'>,
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

/** What is odd, in a word or two; the issue's own message says what to do. */
export const issueNames: Record<IssueCode, string> = {
  faint: 'Faint',
  cut_off: 'Cut off',
  touching: 'Touching',
  not_a_digit: 'Perhaps no digit',
  low_confidence: 'Uncertain',
  disagreement: 'Read two ways',
  too_small: 'Too small',
  pattern: 'Another form',
  unread: 'Left out',
  blank: 'Nothing written',
}

/** The text as people say it is, or as it was read where nobody said otherwise. */
export function currentText({ text, feedback }: ReadingSummary): string {
  return feedback ? (feedback.corrected_text ?? '') : text
}

/** What a person said of a reading, or null where nobody did. */
export function feedbackSentence({ text, feedback }: ReadingSummary): string | null {
  if (!feedback) return null
  const { corrected_text: corrected } = feedback
  if (corrected === null) return 'You said that a part of it cannot be read.'
  if (corrected === text) return 'You checked it: it is right.'
  return corrected === '' ? 'You said that there is no number in it.' : 'You corrected it to:'
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

/** What is not shown of what the networks saw, or nothing where all of it is. */
export function leftOutSentence({ pages, runs, digits }: Stages['left_out']): string | null {
  const counted = [count(pages, 'page'), count(runs, 'part of a line'), count(digits, 'digit')]
  const missing = counted.filter((each) => each !== null)
  return missing.length > 0 ? `There was no room for ${missing.join(', ')}.` : null
}

function count(number: number, one: string): string | null {
  if (number === 0) return null
  const many = one === 'part of a line' ? 'parts of lines' : `${one}s`
  return `${number.toLocaleString('en')} ${number === 1 ? one : many}`
}
