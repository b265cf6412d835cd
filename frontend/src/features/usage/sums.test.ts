import { expect, test } from 'vitest'
import { currentMonth, isMonth, lastDayOf } from '@/features/usage/months'
import { pagesByDay, scaleEnd } from '@/features/usage/sums'

test.each([
  ['2026-01', '2026-01-31'],
  ['2026-02', '2026-02-28'],
  ['2028-02', '2028-02-29'],
  ['2026-12', '2026-12-31'],
])('%s ends on %s', (month, day) => {
  expect(lastDayOf(month)).toBe(day)
})

test('a month is the one in UTC', () => {
  expect(currentMonth(new Date('2026-01-31T23:30:00-05:00'))).toBe('2026-02')
  expect(isMonth('2026-13')).toBe(false)
})

test.each([
  [0, 2],
  [1, 2],
  [3, 4],
  [7, 8],
  [11, 20],
  [45, 60],
  [999, 1000],
  [1001, 2000],
])('a scale for %i ends with %i', (most, end) => {
  expect(scaleEnd(most)).toBe(end)
})

test('every day of the month is there, and lines of one day are added up', () => {
  const line = { key_id: null, key_name: null, models: {}, readings: 1 }
  const days = pagesByDay(
    [
      { ...line, day: '2026-02-03', pages: 2 },
      { ...line, day: '2026-02-03', pages: 5 },
    ],
    '2026-02',
  )
  expect(days).toHaveLength(28)
  expect(days.filter(({ pages }) => pages > 0)).toEqual([{ day: '2026-02-03', pages: 7 }])
})
