import type { Issue, Reading, Symbol } from '@/api/types'
import {
  standingOfParts,
  toBox,
  type Box,
  type Cut,
  type Judgement,
  type JudgementKind,
  type Part,
  type Saying,
} from '@/features/readings/review/judgements'

/** One symbol as it stands now, read or corrected: what can be focused, typed over, cut. */
export interface Cell {
  index: number
  part: Part
  /** Where it is among the cuts of its part. */
  place: number
  cuts: readonly Cut[] | null
  text: string
  box: Box
  /** The first of the symbols that were read there. */
  read: Symbol
  issue: Issue | undefined
  isDoubtful: boolean
  judged: JudgementKind | null
}

/** Symbols that are cut anew but do not all have a text yet; nothing of it is saved. */
export interface Draft {
  part: Part
  cuts: Cut[]
}

/** The symbols of all pages in reading order, with what was said of them. */
export function listCells(
  reading: Reading,
  judgements: readonly Judgement[],
  draft: Draft | null,
): Cell[] {
  const said: (Saying & { part: Part })[] = standingOfParts([
    ...judgements,
    ...(draft ? [{ ...draft, id: 'draft', kind: 'corrected' as const }] : []),
  ])
  const cells: Omit<Cell, 'index' | 'isDoubtful'>[] = []
  reading.pages.forEach(({ lines }, page) => {
    lines.forEach(({ symbols }, line) => {
      let symbol = 0
      while (symbol < symbols.length) {
        const about = said.find(
          ({ part }) => part.page === page && part.line === line && part.first === symbol,
        )
        const part = about?.part ?? { page, line, first: symbol, last: symbol }
        cells.push(...cellsOfPart(reading, part, symbols.slice(part.first, part.last + 1), about))
        symbol = part.last + 1
      }
    })
  })
  return withDoubts(cells)
}

function cellsOfPart(
  reading: Reading,
  part: Part,
  symbols: readonly Symbol[],
  about: Saying | undefined,
): Omit<Cell, 'index' | 'isDoubtful'>[] {
  const [read] = symbols
  if (!read) return []
  const issue = reading.issues.find(
    ({ page, line, symbol }) =>
      page === part.page &&
      line === part.line &&
      symbol !== null &&
      symbol >= part.first &&
      symbol <= part.last,
  )
  const judged = about?.kind ?? null
  if (about?.cuts) {
    const { cuts } = about
    return cuts.map(({ box, text }, place) => ({
      part,
      place,
      cuts,
      text,
      box,
      read,
      issue,
      judged: text === '' ? null : judged,
    }))
  }
  const text = about?.text ?? read.text
  const box = boxAround(symbols.map((symbol) => symbol.box))
  return [{ part, place: 0, cuts: null, text, box, read, issue, judged }]
}

/** What has an issue is in doubt; where nothing has one, the least sure; what was judged no longer. */
function withDoubts(cells: readonly Omit<Cell, 'index' | 'isDoubtful'>[]): Cell[] {
  const hasIssue = cells.some(({ issue }) => issue !== undefined)
  const least = Math.min(...cells.map(({ read }) => read.confidence))
  return cells.map((cell, index) => ({
    ...cell,
    index,
    isDoubtful:
      cell.judged === null &&
      (cell.text === '' || (hasIssue ? cell.issue !== undefined : cell.read.confidence === least)),
  }))
}

export function firstDoubtful(cells: readonly Cell[]): number {
  return cells.find(({ isDoubtful }) => isDoubtful)?.index ?? 0
}

/** The doubtful one after this, or before it where none follows; null where all are judged. */
export function nextDoubtful(cells: readonly Cell[], from: number): number | null {
  const doubtful = cells.filter(({ isDoubtful, index }) => isDoubtful && index !== from)
  return (doubtful.find(({ index }) => index > from) ?? doubtful[0])?.index ?? null
}

export function boxAround(around: readonly (readonly number[])[]): Box {
  const boxes = around.map(toBox)
  const left = Math.min(...boxes.map(([x]) => x))
  const top = Math.min(...boxes.map(([, y]) => y))
  const right = Math.max(...boxes.map(([x, , width]) => x + width))
  const bottom = Math.max(...boxes.map(([, y, , height]) => y + height))
  return [left, top, right - left, bottom - top]
}

/** A typed symbol: a yes where it is what was read. */
export function sayText({ part, place, cuts, read }: Cell, text: string): Saying {
  if (cuts) {
    const changed = cuts.map((cut, at) => (at === place ? { ...cut, text } : cut))
    return { kind: 'corrected', part, cuts: changed }
  }
  const isAsRead = part.first === part.last && text === read.text
  return isAsRead ? { kind: 'confirmed', part } : { kind: 'corrected', part, text }
}

/** That there is no digit: one cut less, or nothing at all in the part. */
export function sayNoDigit({ part, place, cuts }: Cell): Saying {
  const rest = cuts?.filter((_, at) => at !== place) ?? []
  return rest.length > 0 ? { kind: 'corrected', part, cuts: rest } : { kind: 'not_a_digit', part }
}

export function sayUnreadable({ part }: Cell): Saying {
  return { kind: 'unreadable', part }
}

/** Cuts a symbol in two down the middle; what the halves say is typed next. */
export function split({ part, place, cuts, box }: Cell): Draft | null {
  const [x, y, width, height] = box
  if (width < 2) return null
  const half = Math.floor(width / 2)
  const halves: Cut[] = [
    { box: [x, y, half, height], text: '' },
    { box: [x + half, y, width - half, height], text: '' },
  ]
  if (!cuts) return { part, cuts: halves }
  return { part, cuts: cuts.flatMap((cut, at) => (at === place ? halves : [cut])) }
}

/** Makes one symbol of two neighbours; null where they are not on one line. */
export function merge(cell: Cell, next: Cell | undefined): Draft | null {
  if (next?.part.page !== cell.part.page || next.part.line !== cell.part.line) return null
  const one: Cut = { box: boxAround([cell.box, next.box]), text: '' }
  const before = (cell.cuts ?? []).slice(0, cell.place)
  const after = (next.cuts ?? []).slice(next.place + 1)
  const part = { ...cell.part, last: next.part.last }
  return { part, cuts: [...before, one, ...after] }
}

/** Puts another box around a symbol; its text stays. */
export function redraw({ part, place, cuts, text }: Cell, box: Box): Draft {
  const known = cuts ?? [{ box, text: /^[\d.,-]$/.test(text) ? text : '' }]
  return { part, cuts: known.map((cut, at) => (at === place ? { ...cut, box } : cut)) }
}

export function isComplete({ cuts }: Draft): boolean {
  return cuts.every(({ text }) => text !== '')
}

/** A box moved by the arrow keys, or with its far corner moved, kept on its page. */
export function nudge(
  [x, y, width, height]: Box,
  [right, down]: readonly [number, number],
  isResize: boolean,
  page: { width: number; height: number },
): Box {
  const within = (value: number, least: number, most: number) =>
    Math.max(least, Math.min(Math.round(value), most))
  return isResize
    ? [x, y, within(width + right, 1, page.width - x), within(height + down, 1, page.height - y)]
    : [
        within(x + right, 0, page.width - width),
        within(y + down, 0, page.height - height),
        width,
        height,
      ]
}
