import { t } from '@lingui/core/macro'
import { useState } from 'react'
import type { Reading } from '@/api/types'
import {
  firstDoubtful,
  isComplete,
  listCells,
  merge,
  nextDoubtful,
  nudge,
  redraw,
  sayNoDigit,
  sayText,
  sayUnreadable,
  split,
  type Cell,
  type Draft,
} from '@/features/readings/review/cells'
import type { Box, Judgement, Saying } from '@/features/readings/review/judgements'
import type { Review } from '@/features/readings/review/use-review'
import { actWords, allSureWords, typeFirstWords } from '@/features/readings/review/words'

/** What can be done with the reading on the desk, by keys, mouse and touch alike. */
export function useDesk(
  reading: Reading,
  known: readonly Judgement[],
  review: Review,
  typeWhole: (text: string) => void,
) {
  const [draft, setDraft] = useState<Draft | null>(null)
  const [selected, setSelected] = useState(() => firstDoubtful(listCells(reading, known, null)))
  /** The new box of the selected symbol while it is drawn. */
  const [drawn, setDrawn] = useState<Box | null>(null)
  const [message, setMessage] = useState('')

  const cells = listCells(reading, known, draft)
  const at = Math.min(selected, Math.max(cells.length - 1, 0))
  const cell = cells[at]
  const page = reading.pages[cell?.part.page ?? 0]

  function select(index: number) {
    if (!cells[index]) return
    setSelected(index)
    setDrawn(null)
  }

  function say(saying: Saying, words: string) {
    setDraft(null)
    setDrawn(null)
    review.judge(saying)
    const after = listCells(reading, [...known, { ...saying, id: 'newest' }], null)
    const next = nextDoubtful(after, Math.min(at, after.length - 1))
    setSelected(next ?? Math.min(at, Math.max(after.length - 1, 0)))
    setMessage(next === null ? `${words} ${allSureWords()}` : words)
  }

  /** Keeps what is cut anew until each part of it says something, then saves it. */
  function cut(next: Draft | null, refusal: string) {
    if (!next || !cell) {
      setMessage(refusal)
      return
    }
    if (isComplete(next)) {
      say({ kind: 'corrected', ...next }, actWords.redrawn())
      return
    }
    setDraft(next)
    setDrawn(null)
    const empty = listCells(reading, known, next).find(({ text }) => text === '')
    setSelected(empty?.index ?? at)
    setMessage(typeFirstWords())
  }

  function type(text: string) {
    if (!cell) {
      typeWhole(text)
      return
    }
    const isDrafted = draft !== null && cell.cuts === draft.cuts
    if (!isDrafted) {
      say(sayText(cell, text), actWords.typed(cell, text))
      return
    }
    const cuts = draft.cuts.map((each, place) => (place === cell.place ? { ...each, text } : each))
    cut({ ...draft, cuts }, '')
  }

  function sayOfCell(saying: (cell: Cell) => Saying, words: string, whole: Saying) {
    if (cell) say(saying(cell), words)
    else review.finish(whole)
  }

  return {
    cells,
    at,
    cell,
    page,
    draft,
    drawn,
    message,
    select,
    setDrawn,
    type,
    noDigit: () => sayOfCell(sayNoDigit, actWords.noDigit(), { kind: 'not_a_digit', part: null }),
    unreadable: () =>
      sayOfCell(sayUnreadable, actWords.unreadable(), { kind: 'unreadable', part: null }),
    split: () => cut(cell ? split(cell) : null, t`This box is too narrow to be split.`),
    merge: () =>
      cut(cell ? merge(cell, cells[at + 1]) : null, t`Nothing follows on this line to merge with.`),
    startDrawing: () => {
      if (!cell) return
      setDrawn(cell.box)
      setMessage(actWords.drawing())
    },
    nudge: (by: readonly [number, number], isResize: boolean) => {
      if (!drawn || !page) return
      // A step that can be seen on any picture.
      const step = Math.max(1, Math.round(Math.max(...drawn.slice(2)) * 0.04))
      setDrawn(nudge(drawn, [by[0] * step, by[1] * step], isResize, page))
    },
    saveDrawn: () => {
      if (cell && drawn) cut(redraw(cell, drawn), '')
    },
    /** Lets go of what is not saved; false where there is nothing. */
    letGo: () => {
      if (!drawn && !draft) return false
      setDrawn(null)
      setDraft(null)
      setMessage('')
      return true
    },
    accept: () => {
      if (draft) setMessage(typeFirstWords())
      else review.accept(known)
    },
    undo: () => {
      if (draft ?? drawn) {
        setDrawn(null)
        setDraft(null)
      } else if (review.undo()) {
        setMessage(t`Taken back.`)
      } else {
        setMessage(t`There is nothing to undo.`)
      }
    },
  }
}

export type Desk = ReturnType<typeof useDesk>
