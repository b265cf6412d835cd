import type { MessageDescriptor } from '@lingui/core'
import { msg, plural, t } from '@lingui/core/macro'
import type { Issue, IssueCode, Reading, ReadingSummary, Stages } from '@/api/types'
import type { Mark } from '@/features/readings/marks'
import { formatPercent } from '@/lib/format'
import { isServiceLanguage } from '@/lib/language'

/** From here on a number is in doubt for another reason than its percentage. */
const SURE_ENOUGH = 0.9

/** What a status means for the person who has to use the number. */
export function statusSentence(
  { text, status, confidence, issues }: Pick<Reading, 'text' | 'status' | 'confidence' | 'issues'>,
  digits: number,
): string {
  const sure = formatPercent(confidence)
  const isText = text.includes('\n')
  switch (status) {
    case 'read':
      if (digits === 1) return t`${sure} sure of this digit.`
      return isText ? t`${sure} sure of the whole text.` : t`${sure} sure of the whole number.`
    case 'review':
      if (confidence >= SURE_ENOUGH) {
        return t`Compare it with the picture before you use it; why is said below.`
      }
      if (digits === 1) {
        return t`Only ${sure} sure of this digit: compare it with the picture before you use it.`
      }
      return isText
        ? t`Only ${sure} sure of the whole text: compare it with the picture before you use it.`
        : t`Only ${sure} sure of the whole number: compare it with the picture before you use it.`
    case 'unreadable':
      return t`Something is written here, but what it says is only a guess. A sharper or closer picture may help.`
    case 'blank':
      return issues[0] ? issueSentence(issues[0]) : t`Nothing written was found in the picture.`
  }
}

/** What is odd, in a word or two; the issue's own message says what to do. */
export const issueNames: Record<IssueCode, MessageDescriptor> = {
  faint: msg`Faint`,
  cut_off: msg`Cut off`,
  touching: msg`Touching`,
  not_a_digit: msg`Perhaps no digit`,
  low_confidence: msg`Uncertain`,
  disagreement: msg`Read two ways`,
  too_small: msg`Too small`,
  pattern: msg`Another form`,
  unread: msg`Left out`,
  blank: msg`Nothing written`,
}

/** What to do about it, for those who do not read the service's own English words. */
const issueSentences: Record<IssueCode, MessageDescriptor> = {
  faint: msg`The ink hardly stands out from the paper here. Compare this digit with the picture; a darker pen or more light would help.`,
  cut_off: msg`The edge of the picture runs through here, so part of it may be missing. Compare it; a picture with some paper around the number would help.`,
  touching: msg`Digits touch here and may have been parted wrongly. Compare them.`,
  not_a_digit: msg`This may not be a digit; the one given is only the closest. If it should be one, write it again more clearly.`,
  low_confidence: msg`This digit is uncertain. Compare it with the picture.`,
  disagreement: msg`Two networks read this differently. Compare it with the picture.`,
  too_small: msg`This digit is very small. A closer or sharper picture would help.`,
  pattern: msg`This is not of the form that was asked for, or something else was likelier. Compare the line.`,
  unread: msg`Something here could not be read as a number and was left out. Compare it.`,
  blank: msg`Nothing is written here, or it is too faint to see. If there should be a number, send a sharper picture with more light.`,
}

/** The service's own words know more of the case, such as what each network saw; but they are English. */
export function issueSentence({ code, message }: Issue): string {
  return isServiceLanguage() ? message : t(issueSentences[code])
}

/** The text as people say it is, or as it was read where nobody said otherwise. */
export function currentText({ text, feedback }: ReadingSummary): string {
  return feedback ? (feedback.corrected_text ?? '') : text
}

/** What a person said of a reading, or null where nobody did. */
export function feedbackSentence({ text, feedback }: ReadingSummary): string | null {
  if (!feedback) return null
  const { corrected_text: corrected } = feedback
  if (corrected === null) return t`You said that a part of it cannot be read.`
  if (corrected === text) return t`You checked it: it is right.`
  return corrected === '' ? t`You said that there is no number in it.` : t`You corrected it to:`
}

/** A text of several lines on one line. */
export function shortText(text: string): string {
  return text.split('\n').join('  ')
}

/** A digit as a screen reader says it. */
export function digitName(mark: Mark | undefined, count: number): string {
  if (!mark) return ''
  const { digit, issue } = mark
  const number = mark.index + 1
  const text = digit.text || t`not readable`
  const sure = formatPercent(digit.confidence)
  return issue
    ? t`Digit ${number} of ${count}: ${text}, ${sure} sure, check it`
    : t`Digit ${number} of ${count}: ${text}, ${sure} sure`
}

/** What is not shown of what the networks saw, or nothing where all of it is. */
export function leftOutSentence({ pages, runs, digits }: Stages['left_out']): string | null {
  const missing = [
    pages > 0 && plural(pages, { one: '# page', other: '# pages' }),
    runs > 0 && plural(runs, { one: '# part of a line', other: '# parts of lines' }),
    digits > 0 && plural(digits, { one: '# digit', other: '# digits' }),
  ].filter((each) => each !== false)
  return missing.length > 0 ? t`There was no room for ${missing.join(', ')}.` : null
}
