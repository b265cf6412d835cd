import { expect, test } from 'vitest'
import {
  clampScale,
  larger,
  MOST,
  scrollAfter,
  smaller,
  turned,
  wayIntoView,
} from '@/features/readings/picture/zoom'

test('it never gets smaller than the frame, nor larger than eight times that', () => {
  expect(clampScale(0.2)).toBe(1)
  expect(clampScale(99)).toBe(MOST)
  expect(larger(7)).toBe(MOST)
  expect(turned(1, 500)).toBe(1)
  expect(turned(MOST, -500)).toBe(MOST)
})

test('as many steps back as forth fit the frame again', () => {
  expect(smaller(smaller(larger(larger(1))))).toBe(1)
})

test('turning the wheel there and back leaves the scale', () => {
  expect(turned(turned(2, -40), 40)).toBeCloseTo(2)
})

test('what is under the pointer stays there', () => {
  const scroll = { x: 30, y: 10 }
  const at = { x: 100, y: 50 }
  const moved = scrollAfter(scroll, at, 2, 3)

  expect((moved.x + at.x) / 3).toBeCloseTo((scroll.x + at.x) / 2)
  expect((moved.y + at.y) / 3).toBeCloseTo((scroll.y + at.y) / 2)
})

test('only what is not seen is scrolled to', () => {
  expect(wayIntoView(50, 90, 300)).toBe(0)
  expect(wayIntoView(-40, 0, 300)).toBe(-64)
  expect(wayIntoView(280, 320, 300)).toBe(44)
  // Too long to be seen whole: its middle comes to the middle.
  expect(wayIntoView(100, 500, 300)).toBe(150)
})
