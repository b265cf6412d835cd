import { expect, test } from 'vitest'
import { rovingTarget } from '@/lib/roving'

test.each([
  ['ArrowRight', 1, 2],
  ['ArrowRight', 3, 3],
  ['ArrowLeft', 1, 0],
  ['ArrowLeft', 0, 0],
  ['Home', 2, 0],
  ['End', 0, 3],
  ['a', 1, null],
])('%s from %i of four goes to %s', (key, index, target) => {
  expect(rovingTarget(key, index, 4)).toBe(target)
})
