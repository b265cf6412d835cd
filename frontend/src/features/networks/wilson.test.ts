import { expect, test } from 'vitest'
import { mistakesOf } from '@/features/networks/confusion-matrix'
import { wilson } from '@/features/networks/wilson'

test.each([
  // Of the model card of digit 1.1.0.
  [0.9964, 10_000, 0.99502, 0.9974],
  [1, 1000, 0.99617, 1],
  [0.994788, 7291, 0.99285, 0.9962],
])('the interval of %f in %i', (share, n, low, high) => {
  const found = wilson(share, n)
  expect(found[0]).toBeCloseTo(low, 4)
  expect(found[1]).toBeCloseTo(high, 4)
})

test('of nothing nothing is known', () => {
  expect(wilson(0, 0)).toEqual([0, 1])
})

test('mistakes are what is beside the diagonal, the commonest first', () => {
  expect(
    mistakesOf([
      [9, 1, 0],
      [0, 8, 2],
      [0, 0, 7],
    ]),
  ).toEqual([
    { written: 1, read: 2, n: 2 },
    { written: 0, read: 1, n: 1 },
  ])
})
