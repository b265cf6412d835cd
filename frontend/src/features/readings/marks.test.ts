import { expect, test } from 'vitest'
import type { Issue } from '@/api/types'
import { groupByLine, listMarks, rankCandidates } from '@/features/readings/marks'
import { page, symbol } from '@/testing/answers'

const issue: Issue = {
  code: 'low_confidence',
  message: 'Compare it.',
  page: 1,
  line: 1,
  symbol: 0,
}

test('marks count in reading order over all lines', () => {
  const marks = listMarks(page([symbol('4', 0.9), symbol('7', 0.9)], [symbol('1', 0.9)]), 0, [])
  expect(marks.map(({ digit, index }) => [digit.text, index])).toEqual([
    ['4', 0],
    ['7', 1],
    ['1', 2],
  ])
  expect(groupByLine(marks).map((line) => line.length)).toEqual([2, 1])
})

test('an issue belongs to the digit at its page, line and place', () => {
  const twoLines = page([symbol('4', 0.9)], [symbol('7', 0.5)])
  expect(listMarks(twoLines, 1, [issue]).map((mark) => mark.issue)).toEqual([undefined, issue])
  expect(listMarks(twoLines, 0, [issue]).map((mark) => mark.issue)).toEqual([undefined, undefined])
})

test('candidates go from likely to unlikely, equal ones in counting order', () => {
  const ranked = rankCandidates([0.1, 0.2, 0.1, 0.6])
  expect(ranked.map(({ digit }) => digit)).toEqual([3, 1, 0, 2])
})
