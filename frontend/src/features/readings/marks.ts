import type { Issue, Page, Symbol } from '@/api/types'

/** A digit of a page with its place in it. `index` counts in reading order over all lines. */
export interface Mark {
  index: number
  line: number
  symbol: number
  digit: Symbol
  issue: Issue | undefined
}

/** All digits of a page in reading order, each with what the reader had to say about it. */
export function listMarks(page: Page, pageIndex: number, issues: readonly Issue[]): Mark[] {
  const places = page.lines.flatMap((line, lineIndex) =>
    line.symbols.map((digit, symbolIndex) => ({ digit, line: lineIndex, symbol: symbolIndex })),
  )
  return places.map((place, index) => ({
    ...place,
    index,
    issue: issues.find(
      ({ page, line, symbol }) =>
        page === pageIndex && line === place.line && symbol === place.symbol,
    ),
  }))
}

/** The marks line by line; lines without a digit are left out. */
export function groupByLine(marks: readonly Mark[]): Mark[][] {
  const lines = new Map<number, Mark[]>()
  for (const mark of marks) lines.set(mark.line, [...(lines.get(mark.line) ?? []), mark])
  return [...lines.values()]
}

export interface Candidate {
  digit: number
  probability: number
}

/** The ten digits from likely to unlikely; equally likely ones in counting order. */
export function rankCandidates(probabilities: readonly number[]): Candidate[] {
  return probabilities
    .map((probability, digit) => ({ digit, probability }))
    .sort((a, b) => b.probability - a.probability || a.digit - b.digit)
}
