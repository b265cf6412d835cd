import { expect, test } from 'vitest'
import { nextPath } from '@/lib/next-path'

test('a path of this site is followed', () => {
  expect(nextPath('?next=%2Freadings%2F7%3Fa%3Db')).toBe('/readings/7?a=b')
})

test.each([
  '',
  '?next=',
  '?next=//evil.example',
  '?next=/\\evil.example',
  '?next=https://evil.example',
])('anything else leads to the read page: %s', (search) => {
  expect(nextPath(search)).toBe('/read')
})
