import { expect, test } from 'vitest'
import { leftOutSentence, shortText, statusSentence } from '@/features/readings/words'
import { reading } from '@/testing/answers'

test.each([
  [reading({ confidence: 0.984 }), 2, '98.4% sure of the whole number.'],
  [reading({ confidence: 0.984, text: '4\n7' }), 2, '98.4% sure of the whole text.'],
  [reading({ confidence: 0.984, text: '4' }), 1, '98.4% sure of this digit.'],
])('a reading says how sure it is, and of what', (read, digits, sentence) => {
  expect(statusSentence(read, digits)).toBe(sentence)
})

test('a doubtful reading gives its percentage only when that is the reason', () => {
  expect(statusSentence(reading({ status: 'review', confidence: 0.6 }), 2)).toContain('Only 60.0%')
  expect(statusSentence(reading({ status: 'review', confidence: 0.999 }), 2)).not.toContain('%')
})

test('a blank page says what the reader said of it', () => {
  const read = reading({
    status: 'blank',
    issues: [{ code: 'blank', message: 'Too faint.', page: null, line: null, symbol: null }],
  })
  expect(statusSentence(read, 0)).toBe('Too faint.')
})

test('a text of several lines fits on one', () => {
  expect(shortText('04\n17')).toBe('04  17')
})

test.each([
  [{ pages: 0, runs: 0, digits: 0 }, null],
  [{ pages: 1, runs: 0, digits: 0 }, 'There was no room for 1 page.'],
  [{ pages: 2, runs: 3, digits: 1 }, 'There was no room for 2 pages, 3 parts of lines, 1 digit.'],
])('what is left out is counted in words', (leftOut, sentence) => {
  expect(leftOutSentence(leftOut)).toBe(sentence)
})
