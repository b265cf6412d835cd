import { t } from '@lingui/core/macro'
import type { UsageLine } from '@/api/types'
import { lastDayOf } from '@/features/usage/months'

/** Of what was read in the page, without a key. */
export const NO_KEY = 'none'

export interface LineFilter {
  /** The id of a key, or NO_KEY. */
  key: string | null
  networks: string | null
}

export function keyOf({ key_id }: Pick<UsageLine, 'key_id'>): string {
  return key_id ?? NO_KEY
}

export function keyName({ key_id, key_name }: Pick<UsageLine, 'key_id' | 'key_name'>): string {
  if (key_id === null) return t`Without a key, in the page`
  return key_name ?? t`A key that is gone`
}

export function networksOf({ models }: Pick<UsageLine, 'models'>): string {
  return Object.entries(models)
    .map(([name, version]) => `${name} ${version}`)
    .sort()
    .join(', ')
}

export function filterLines(lines: readonly UsageLine[], filter: LineFilter): UsageLine[] {
  return lines.filter(
    (line) =>
      (filter.key === null || keyOf(line) === filter.key) &&
      (filter.networks === null || networksOf(line) === filter.networks),
  )
}

export interface DayPages {
  day: string
  pages: number
}

/** Every day of the month, those without a page too. */
export function pagesByDay(lines: readonly UsageLine[], month: string): DayPages[] {
  const byDay = new Map<string, number>()
  for (const { day, pages } of lines) byDay.set(day, (byDay.get(day) ?? 0) + pages)
  return Array.from({ length: Number(lastDayOf(month).slice(8)) }, (_, index) => {
    const day = `${month}-${String(index + 1).padStart(2, '0')}`
    return { day, pages: byDay.get(day) ?? 0 }
  })
}

export interface KeyAndNetworks {
  id: string
  key: string
  networks: string
  readings: number
  pages: number
}

/** The days added up, most pages first. */
export function byKeyAndNetworks(lines: readonly UsageLine[]): KeyAndNetworks[] {
  const rows = new Map<string, KeyAndNetworks>()
  for (const line of lines) {
    const networks = networksOf(line)
    const id = `${keyOf(line)} ${networks}`
    const row = rows.get(id) ?? { id, key: keyName(line), networks, readings: 0, pages: 0 }
    rows.set(id, {
      ...row,
      readings: row.readings + line.readings,
      pages: row.pages + line.pages,
    })
  }
  return [...rows.values()].sort((one, other) => other.pages - one.pages)
}

export function sumOf(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0)
}

/** The next round number that a scale can end with: 1, 2 or 5 and noughts, and never an odd half. */
export function scaleEnd(most: number): number {
  if (most <= 2) return 2
  const power = 10 ** Math.floor(Math.log10(most))
  const step = [1, 2, 4, 6, 8, 10].find((times) => times * power >= most) ?? 10
  return step * power
}
