import type { Judgement } from '@/features/readings/review/judgements'

/** One thing that can be undone: a judgement, or going on without one. */
interface Step {
  readingId: string
  judgementId: string | null
}

/** What one visit of the review page has done so far. */
export interface ReviewSession {
  /** Which of the queue is shown. */
  at: number
  judgements: Readonly<Record<string, readonly Judgement[]>>
  steps: readonly Step[]
  /** When each reading was done, in the order of it. */
  done: readonly { readingId: string; at: number }[]
}

export const newSession: ReviewSession = { at: 0, judgements: {}, steps: [], done: [] }

export type ReviewAction =
  | { type: 'judged'; readingId: string; judgement: Judgement }
  | { type: 'done'; readingId: string; at: number; judgement: Judgement | null }
  | { type: 'undone'; at: number }
  | { type: 'refused'; judgementId: string }
  | { type: 'shown'; at: number }

export function reviewReducer(state: ReviewSession, action: ReviewAction): ReviewSession {
  switch (action.type) {
    case 'judged':
      return keep(state, action.readingId, action.judgement)
    case 'done': {
      const { readingId, judgement, at } = action
      const kept = judgement
        ? keep(state, readingId, judgement)
        : { ...state, steps: [...state.steps, { readingId, judgementId: null }] }
      const others = state.done.filter((each) => each.readingId !== readingId)
      return { ...kept, at: state.at + 1, done: [...others, { readingId, at }] }
    }
    case 'undone': {
      const last = state.steps.at(-1)
      if (!last) return state
      return {
        at: action.at,
        judgements: without(state.judgements, last.judgementId),
        steps: state.steps.slice(0, -1),
        done: state.done.filter(({ readingId }) => readingId !== last.readingId),
      }
    }
    case 'refused': {
      const step = state.steps.find(({ judgementId }) => judgementId === action.judgementId)
      return {
        ...state,
        judgements: without(state.judgements, action.judgementId),
        steps: state.steps.filter((each) => each !== step),
        done: state.done.filter(({ readingId }) => readingId !== step?.readingId),
      }
    }
    case 'shown':
      return { ...state, at: action.at }
  }
}

function keep(state: ReviewSession, readingId: string, judgement: Judgement): ReviewSession {
  return {
    ...state,
    judgements: {
      ...state.judgements,
      [readingId]: [...(state.judgements[readingId] ?? []), judgement],
    },
    steps: [...state.steps, { readingId, judgementId: judgement.id }],
  }
}

function without(
  judgements: ReviewSession['judgements'],
  id: string | null,
): ReviewSession['judgements'] {
  return Object.fromEntries(
    Object.entries(judgements).map(([readingId, list]) => [
      readingId,
      list.filter((judgement) => judgement.id !== id),
    ]),
  )
}

/** Readings a minute, or null before that can be told: the first two may come by chance. */
export function pace(done: ReviewSession['done'], startedAt: number): number | null {
  const last = done.at(-1)
  if (!last || done.length < 2) return null
  return (done.length * 60_000) / Math.max(last.at - startedAt, 1_000)
}
