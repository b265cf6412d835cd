import type { Feedback, NewFeedback } from '@/api/types'

/** `[x, y, width, height]` in pixels of the upright page. */
export type Box = [number, number, number, number]

export function toBox([x = 0, y = 0, width = 0, height = 0]: readonly number[]): Box {
  return [x, y, width, height]
}

/** Neighbouring symbols of a line, as they were read; indices from 0, both ends included. */
export interface Part {
  page: number
  line: number
  first: number
  last: number
}

/** A symbol as a person cut it out; no text yet while it is a draft. */
export interface Cut {
  box: Box
  text: string
}

export type JudgementKind = 'corrected' | 'confirmed' | 'not_a_digit' | 'unreadable'

/** What somebody said of some symbols, or of the whole reading where there is no part. */
export interface Judgement {
  id: string
  kind: JudgementKind
  part: Part | null
  text?: string
  cuts?: Cut[]
}

/** A judgement before it has an id. */
export type Saying = Omit<Judgement, 'id'>

/** The judgements of symbols that hold: the newest wins where two overlap, as the service has it. */
export function standingOfParts(judgements: readonly Judgement[]): (Judgement & { part: Part })[] {
  let standing: (Judgement & { part: Part })[] = []
  for (const { part, ...rest } of judgements) {
    if (part === null) continue
    standing = standing.filter((old) => !overlap(old.part, part))
    standing.push({ ...rest, part })
  }
  return standing
}

function overlap(a: Part, b: Part): boolean {
  return a.page === b.page && a.line === b.line && a.first <= b.last && b.first <= a.last
}

/** Whether something that was read is said to be otherwise, so that a plain yes would be wrong. */
export function saysOtherwise(judgements: readonly Judgement[]): boolean {
  return (
    standingOfParts(judgements).some(({ kind }) => kind !== 'confirmed') ||
    judgements.some(({ part, kind }) => part === null && kind === 'corrected')
  )
}

/** As the service takes it. */
export function toFeedback({ id, kind, part, text, cuts }: Judgement): NewFeedback {
  return {
    id,
    kind,
    ...(part && {
      page: part.page,
      line: part.line,
      symbol: part.first,
      ...(part.last !== part.first && { last_symbol: part.last }),
    }),
    ...(text !== undefined && { text }),
    ...(cuts && { boxes: cuts }),
  }
}

/** What the service says holds of a reading that was judged before. */
export function fromFeedback({ current }: Feedback): Judgement[] {
  return current.flatMap(({ id, kind, page, line, symbol, last_symbol, text, boxes }) => {
    if (kind === 'withdrawn') return []
    const isWhole = page === null
    if (!isWhole && (line === null || symbol === null)) return []
    const part = isWhole
      ? null
      : { page, line: line ?? 0, first: symbol ?? 0, last: last_symbol ?? symbol ?? 0 }
    return {
      id,
      kind,
      part,
      ...(boxes
        ? { cuts: boxes.map((cut) => ({ ...cut, box: toBox(cut.box) })) }
        : text !== null && { text }),
    }
  })
}
