import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useEffectEvent, useMemo, useReducer, useState } from 'react'
import { ApiError } from '@/api/api-error'
import { errorText } from '@/api/error-text'
import { onRefusedFeedback, sendFeedback, useOutbox } from '@/api/outbox'
import { pageImageQuery, readingQuery } from '@/features/readings/queries'
import {
  saysOtherwise,
  toFeedback,
  type Judgement,
  type Saying,
} from '@/features/readings/review/judgements'
import { reviewQueueQuery } from '@/features/readings/review/queries'
import { newSession, reviewReducer } from '@/features/readings/review/session'
import { newId } from '@/lib/new-id'

/** From so few readings before its loaded end on, more of the queue is asked for. */
const LOAD_AHEAD = 10

/** The queue, where in it one is, and what can be said of the reading that is shown. */
export function useReview(firstId: string | null) {
  const queryClient = useQueryClient()
  const queue = useInfiniteQuery(reviewQueueQuery)
  const [session, dispatch] = useReducer(reviewReducer, newSession)
  const [startedAt] = useState(() => Date.now())
  const [refusal, setRefusal] = useState<{ readingId: string; message: string } | null>(null)
  const { waiting } = useOutbox()
  // What was said but not sent yet is done, though the service does not know.
  const [saidBefore] = useState(() => new Set(waiting.map(({ readingId }) => readingId)))

  const ids = useMemo(() => {
    const listed = queue.data?.pages.flatMap(({ items }) => items.map(({ id }) => id)) ?? []
    const open = listed.filter((id) => id !== firstId && !saidBefore.has(id))
    return firstId === null ? open : [firstId, ...open]
  }, [queue.data, firstId, saidBefore])
  const id = ids[session.at]
  const nextId = ids[session.at + 1]
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = queue
  const isNearEnd = session.at >= ids.length - LOAD_AHEAD

  useEffect(() => {
    if (nextId === undefined) return
    // What fails here is asked for again when it is shown.
    queryClient.query(readingQuery(nextId)).catch(() => undefined)
    queryClient.query(pageImageQuery(nextId, 1)).catch(() => undefined)
  }, [nextId, queryClient])

  useEffect(() => {
    if (isNearEnd && hasNextPage && !isFetchingNextPage) void fetchNextPage()
  }, [isNearEnd, hasNextPage, isFetchingNextPage, fetchNextPage])

  const takeBack = useEffectEvent(
    (readingId: string, judgementId: string, isWithdrawal: boolean, error: ApiError) => {
      // What the service never had need not be withdrawn.
      if (isWithdrawal && error.code === 'nothing_to_withdraw') return
      dispatch({ type: 'refused', judgementId })
      setRefusal({ readingId, message: errorText(error) })
    },
  )
  useEffect(
    () =>
      onRefusedFeedback(({ readingId, body }, error) => {
        takeBack(readingId, body.id ?? '', body.kind === 'withdrawn', error)
      }),
    [],
  )

  // Lists and pages show what was said here.
  useEffect(
    () => () => {
      queryClient.removeQueries({ queryKey: ['readings', 'feedback'] })
      void queryClient.invalidateQueries({ queryKey: ['readings', 'list'] })
      void queryClient.invalidateQueries({ queryKey: ['readings', 'one'] })
    },
    [queryClient],
  )

  function judge(saying: Saying) {
    if (id === undefined) return
    const judgement = send(id, saying)
    setRefusal(null)
    dispatch({ type: 'judged', readingId: id, judgement })
  }

  /** Ends this reading with a word about the whole of it, or with none where its symbols tell all. */
  function finish(saying: Saying | null) {
    if (id === undefined) return
    const judgement = saying && send(id, saying)
    setRefusal(null)
    dispatch({ type: 'done', readingId: id, at: Date.now(), judgement })
  }

  function accept(known: readonly Judgement[]) {
    finish(saysOtherwise(known) ? null : { kind: 'confirmed', part: null })
  }

  function undo(): boolean {
    const last = session.steps.at(-1)
    if (!last) return false
    if (last.judgementId !== null) {
      sendFeedback(last.readingId, {
        id: newId(),
        kind: 'withdrawn',
        withdraws: last.judgementId,
      })
    }
    dispatch({ type: 'undone', at: Math.max(ids.indexOf(last.readingId), 0) })
    return true
  }

  function show(at: number) {
    dispatch({ type: 'shown', at: Math.max(0, Math.min(at, ids.length)) })
  }

  const doneIds = new Set(session.done.map(({ readingId }) => readingId))
  const open = ids.filter((each) => !doneIds.has(each))
  return {
    queue,
    id,
    at: session.at,
    judgements: (id === undefined ? undefined : session.judgements[id]) ?? noJudgements,
    done: session.done,
    startedAt,
    left: open.length,
    hasMore: hasNextPage,
    canUndo: session.steps.length > 0,
    refusal,
    judge,
    finish,
    accept,
    undo,
    skip: () => show(session.at + 1),
    back: () => show(session.at - 1),
    /** Shows the first that was left out, or the one that could not be saved. */
    showOpen: (readingId = open[0]) => {
      if (readingId !== undefined) show(Math.max(ids.indexOf(readingId), 0))
      setRefusal(null)
    },
  }
}

export type Review = ReturnType<typeof useReview>

const noJudgements: readonly Judgement[] = []

function send(readingId: string, saying: Saying): Judgement {
  const judgement = { ...saying, id: newId() }
  sendFeedback(readingId, toFeedback(judgement))
  return judgement
}
