import { describe, expect, test } from 'vitest'
import { formatFileSize, formatMoment, formatPercent } from '@/lib/format'

describe('formatPercent', () => {
  test.each([
    [0.987, '98.7%'],
    [0.5, '50.0%'],
    [0.99949, '99.9%'],
    [0.0005, '0.1%'],
  ])('writes %f with one decimal', (probability, text) => {
    expect(formatPercent(probability)).toBe(text)
  })

  test('never claims certainty', () => {
    expect(formatPercent(1)).toBe('>99.9%')
    expect(formatPercent(0.9996)).toBe('>99.9%')
    expect(formatPercent(0)).toBe('<0.1%')
  })
})

test.each([
  [300, '1 KB'],
  [20_480, '20 KB'],
  [1_500_000, '1.4 MB'],
  [26_214_400, '25 MB'],
])('formatFileSize writes %i bytes in a unit that people know', (bytes, text) => {
  expect(formatFileSize(bytes)).toBe(text)
})

test('formatMoment names today, and the year only of other years', () => {
  const now = new Date('2026-05-04T12:00:00')
  expect(formatMoment('2026-05-04T08:00:00', now)).toMatch(/^Today, /)
  expect(formatMoment('2026-03-01T08:00:00', now)).not.toContain('2026')
  expect(formatMoment('2025-03-01T08:00:00', now)).toContain('2025')
})
