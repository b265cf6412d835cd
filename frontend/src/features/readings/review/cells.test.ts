import { expect, test } from 'vitest'
import {
  firstDoubtful,
  isComplete,
  listCells,
  merge,
  nextDoubtful,
  nudge,
  redraw,
  sayNoDigit,
  sayText,
  split,
  type Cell,
} from '@/features/readings/review/cells'
import {
  fromFeedback,
  saysOtherwise,
  standingOfParts,
  toFeedback,
  type Judgement,
  type Part,
  type Saying,
} from '@/features/readings/review/judgements'
import { pace } from '@/features/readings/review/session'
import { page, reading, symbol } from '@/testing/answers'

const doubtful = reading({
  text: '471\n20',
  pages: [
    page(
      [symbol('4', 0.9, 10), symbol('7', 0.5, 60), symbol('1', 0.8, 110)],
      [symbol('2', 0.4, 10), symbol('0', 0.9, 60)],
    ),
  ],
  issues: [1, 2].map((index) => ({
    code: 'touching' as const,
    message: 'Touching.',
    page: 0,
    line: 0,
    symbol: index,
  })),
})

const part = (first: number, last = first, line = 0): Part => ({ page: 0, line, first, last })
const judged = (saying: Saying, id = 'a'): Judgement => ({ ...saying, id })

function cellAt(index: number, judgements: readonly Judgement[] = []): Cell {
  const cell = listCells(doubtful, judgements, null)[index]
  if (!cell) throw new Error(`there is no cell ${index}`)
  return cell
}

test('symbols come in reading order, and those with an issue are in doubt', () => {
  const cells = listCells(doubtful, [], null)
  expect(cells.map(({ text }) => text).join('')).toBe('47120')
  expect(cells.filter(({ isDoubtful }) => isDoubtful).map(({ index }) => index)).toEqual([1, 2])
  expect(firstDoubtful(cells)).toBe(1)
})

test('without an issue the least sure is in doubt', () => {
  const cells = listCells({ ...doubtful, issues: [] }, [], null)
  expect(firstDoubtful(cells)).toBe(3)
})

test('what is judged is in doubt no longer, and the next one after it comes first', () => {
  const once = listCells(doubtful, [judged(sayText(cellAt(1), '9'))], null)
  expect(once[1]).toMatchObject({ text: '9', judged: 'corrected' })
  expect(nextDoubtful(once, 1)).toBe(2)

  const twice = listCells(doubtful, [judged(sayText(cellAt(2), '7'))], null)
  expect(nextDoubtful(twice, 2)).toBe(1)
})

test('typing what was read is a yes, anything else a correction', () => {
  expect(sayText(cellAt(1), '7')).toEqual({ kind: 'confirmed', part: part(1) })
  expect(sayText(cellAt(1), '1')).toEqual({ kind: 'corrected', part: part(1), text: '1' })
})

test('a split has two halves that say nothing yet, and is complete when they do', () => {
  const draft = split(cellAt(1))
  expect(draft).toEqual({
    part: part(1),
    cuts: [
      { box: [60, 10, 15, 50], text: '' },
      { box: [75, 10, 15, 50], text: '' },
    ],
  })
  if (!draft) throw new Error('a split was expected')
  expect(isComplete(draft)).toBe(false)
  const cells = listCells(doubtful, [], draft)
  expect(cells.map(({ text }) => text)).toEqual(['4', '', '', '1', '2', '0'])
  expect(firstDoubtful(cells)).toBe(1)
})

test('a half can be corrected, and one of no digit leaves the other', () => {
  const cuts = [
    { box: [60, 10, 15, 50] as [number, number, number, number], text: '1' },
    { box: [75, 10, 15, 50] as [number, number, number, number], text: '7' },
  ]
  const known = [judged({ kind: 'corrected', part: part(1), cuts })]
  const second = cellAt(2, known)

  expect(sayText(second, '9')).toMatchObject({
    part: part(1),
    cuts: [{ text: '1' }, { text: '9' }],
  })
  expect(sayNoDigit(second)).toMatchObject({ kind: 'corrected', cuts: [{ text: '1' }] })
  expect(sayNoDigit(cellAt(0))).toEqual({ kind: 'not_a_digit', part: part(0) })
})

test('neighbours are merged into the box around both, but never across lines', () => {
  expect(merge(cellAt(1), cellAt(2))).toEqual({
    part: part(1, 2),
    cuts: [{ box: [60, 10, 80, 50], text: '' }],
  })
  expect(merge(cellAt(2), cellAt(3))).toBeNull()
  expect(merge(cellAt(4), undefined)).toBeNull()
})

test('merging a half with its neighbour keeps the other half', () => {
  const draft = split(cellAt(1))
  const cuts = draft?.cuts.map((cut, index) => ({ ...cut, text: String(index) })) ?? []
  const known = [judged({ kind: 'corrected', part: part(1), cuts })]

  expect(merge(cellAt(2, known), cellAt(3, known))).toMatchObject({
    part: part(1, 2),
    cuts: [{ text: '0' }, { box: [75, 10, 65, 50], text: '' }],
  })
})

test('a redrawn box keeps what it says', () => {
  expect(redraw(cellAt(1), [1, 2, 3, 4])).toEqual({
    part: part(1),
    cuts: [{ box: [1, 2, 3, 4], text: '7' }],
  })
})

test('a box moved by keys stays on its page', () => {
  const size = { width: 100, height: 100 }
  expect(nudge([90, 0, 10, 20], [5, -5], false, size)).toEqual([90, 0, 10, 20])
  expect(nudge([10, 10, 10, 20], [5, -50], true, size)).toEqual([10, 10, 15, 1])
})

test('the newest judgement wins where two overlap', () => {
  const first = judged({ kind: 'corrected', part: part(1), text: '1' }, 'first')
  const merged = judged({ kind: 'not_a_digit', part: part(1, 2) }, 'merged')
  const other = judged({ kind: 'confirmed', part: part(1, 1, 1) }, 'other')
  expect(standingOfParts([first, other, merged]).map(({ id }) => id)).toEqual(['other', 'merged'])
})

test('a plain yes would be wrong once something is said otherwise', () => {
  const yes = judged({ kind: 'confirmed', part: part(1) })
  expect(saysOtherwise([yes])).toBe(false)
  expect(saysOtherwise([yes, judged({ kind: 'corrected', part: part(0), text: '1' }, 'b')])).toBe(
    true,
  )
})

test('a judgement goes to the service and comes back the same', () => {
  const merged = judged({
    kind: 'corrected',
    part: part(1, 2),
    cuts: [{ box: [60, 10, 80, 50], text: '8' }],
  })
  const sent = toFeedback(merged)
  expect(sent).toEqual({
    id: 'a',
    kind: 'corrected',
    page: 0,
    line: 0,
    symbol: 1,
    last_symbol: 2,
    boxes: [{ box: [60, 10, 80, 50], text: '8' }],
  })
  const current = {
    page: null,
    line: null,
    symbol: null,
    last_symbol: null,
    text: '8',
    boxes: null,
    ...sent,
  }
  const told = { corrected_text: null, history: [], current: [current] }
  expect(fromFeedback(told as unknown as Parameters<typeof fromFeedback>[0])).toEqual([merged])
})

test('the pace is told from two readings on', () => {
  const done = [15, 30, 60].map((second) => ({ readingId: String(second), at: second * 1000 }))
  expect(pace(done.slice(0, 1), 0)).toBeNull()
  expect(pace(done, 0)).toBe(3)
})
