import { expect, test } from 'vitest'
import { wantsMarks } from '@/features/readings/named-patterns'

test.each([
  ['\\d{3}-\\d{4}', true],
  ['\\d+\\.\\d\\d', true],
  ['[0-9,]+', true],
  ['-?[1-9]', true],
  ['\\d{2,3}', false],
  ['[0-9]{5}', false],
  ['(12|34)+', false],
  ['\\d{2,', false],
])('the pattern %s has marks in it: %s', (expression, expected) => {
  expect(wantsMarks(expression)).toBe(expected)
})
