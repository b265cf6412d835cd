import { expect, test } from 'vitest'
import {
  addTurn,
  cutsOf,
  isWhole,
  pixelsOf,
  scaleWithin,
  turnedSize,
  turnPart,
  whole,
  withCut,
  type Part,
} from '@/features/readings/capture/crop-geometry'

const part: Part = { x: 10, y: 20, width: 30, height: 40 }

test('a part turned to the right lies where its picture took it', () => {
  // Its left edge, 10% from the left, is now 10% from the top; its bottom, 40% from below, 40% from the left.
  expect(turnPart(part, 'right')).toEqual({ x: 40, y: 10, width: 40, height: 30 })
})

test('a turn to the left takes back one to the right', () => {
  expect(turnPart(turnPart(part, 'right'), 'left')).toEqual(part)
  expect(addTurn(addTurn(2, 'right'), 'left')).toBe(2)
})

test('four turns are none', () => {
  let [turned, turns] = [part, addTurn(3, 'right')]
  for (let count = 0; count < 4; count += 1) {
    turned = turnPart(turned, 'right')
    turns = addTurn(turns, 'right')
  }
  expect(turned).toEqual(part)
  expect(turns).toBe(0)
})

test('a quarter turn exchanges the sides of a picture', () => {
  const size = { width: 400, height: 300 }
  expect(turnedSize(size, 1)).toEqual({ width: 300, height: 400 })
  expect(turnedSize(size, 2)).toEqual(size)
})

test.each([
  [part, { x: 40, y: 60, width: 120, height: 120 }],
  [whole, { x: 0, y: 0, width: 400, height: 300 }],
  [
    { x: 99.99, y: 99.99, width: 0.01, height: 0.01 },
    { x: 399, y: 299, width: 1, height: 1 },
  ],
  [
    { x: 50, y: 50, width: 60, height: 60 },
    { x: 200, y: 150, width: 200, height: 150 },
  ],
])('%o of 400 by 300 pixels is %o', (cut, pixels) => {
  expect(pixelsOf(cut, { width: 400, height: 300 })).toEqual(pixels)
})

test('a cut at one side leaves the others where they are', () => {
  expect(cutsOf(withCut(part, 'right', 5))).toEqual({ left: 10, top: 20, right: 5, bottom: 40 })
})

test.each([
  ['left', 99, 38],
  ['bottom', 1_000, 78],
  ['top', -3, 0],
] as const)('a cut of %s by %i percent becomes %i', (side, asked, cut) => {
  expect(cutsOf(withCut(part, side, asked))[side]).toBeCloseTo(cut)
})

test('only a picture with nothing cut off is whole', () => {
  expect(isWhole(whole)).toBe(true)
  expect(isWhole(withCut(whole, 'top', 1))).toBe(false)
})

test('a picture too large for a canvas is drawn smaller, others as they are', () => {
  const scale = scaleWithin({ width: 8_000, height: 6_000 }, 12_000_000)
  expect(scale).toBe(0.5)
  expect(scaleWithin({ width: 400, height: 300 }, 12_000_000)).toBe(1)
})
