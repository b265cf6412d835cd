import { plural, t } from '@lingui/core/macro'
import { SegmentedControl } from '@mantine/core'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import { useSearchParams } from 'react-router'
import { ApiError } from '@/api/api-error'
import { errorText } from '@/api/error-text'
import type { Correction } from '@/api/types'
import { Failure } from '@/components/failure'
import { Notice } from '@/components/notice'
import { PageHead } from '@/components/page-head'
import { CorrectionRow } from '@/features/admin/corrections/correction-row'
import {
  correctionsQuery,
  useDecision,
  type CorrectionState,
  type Verdict,
} from '@/features/admin/corrections/queries'
import { More } from '@/features/admin/more'
import classes from '@/features/admin/pages.module.css'
import { Loading } from '@/features/admin/users-page'
import { usePageTitle } from '@/lib/use-page-title'

export function CorrectionsPage() {
  usePageTitle(t`Corrections`)
  const head = useRef<HTMLHeadingElement>(null)
  const [search, setSearch] = useSearchParams()
  const state = search.get('state') === 'decided' ? 'decided' : 'open'

  return (
    <div className={classes.page}>
      <PageHead title={t`Corrections`} ref={head}>
        {t`Here people contradict networks that were sure: one of the two is wrong. Nothing is learned from such a correction until you decide. You see cut-outs of accounts that allow it, and nothing else of them.`}
      </PageHead>
      <SegmentedControl
        aria-label={t`Which corrections`}
        w="fit-content"
        data={[
          { value: 'open', label: t`To decide` },
          { value: 'decided', label: t`Decided` },
        ]}
        value={state}
        onChange={(value) =>
          setSearch(value === 'decided' ? { state: 'decided' } : {}, { replace: true })
        }
      />
      <Corrections key={state} state={state} onListEmpty={() => head.current?.focus()} />
    </div>
  )
}

interface CorrectionsProps {
  state: CorrectionState
  /** What had the focus is gone, and nothing is left that could take it. */
  onListEmpty: () => void
}

function Corrections({ state, onListEmpty }: CorrectionsProps) {
  const query = useInfiniteQuery(correctionsQuery(state))
  const found = query.data?.pages.flatMap(({ items }) => items)
  const { decision, drop } = useDecision()
  const [news, setNews] = useState('')
  const { list, expectChange } = useFocusOfRows(query.data, onListEmpty)

  function decide(correction: Correction, verdict: Verdict, index: number) {
    setNews('')
    expectChange(index)
    decision.mutate(
      { correction, verdict },
      {
        onSuccess: () =>
          setNews(verdict === 'use' ? t`It will be learned from.` : t`It is left out.`),
        onError: (error) => {
          if (!isGone(error)) {
            expectChange(null)
            return
          }
          drop(correction)
          setNews(
            t`This correction is gone: it was taken back, or its account no longer allows it.`,
          )
        },
      },
    )
  }

  const { variables: asked } = decision
  return (
    <>
      <div role="status">{news && <Notice kind="info">{news}</Notice>}</div>
      {query.isError && (
        <Failure isRetrying={query.isFetching} onRetry={() => void query.refetch()}>
          {errorText(query.error)}
        </Failure>
      )}
      {query.isPending && <Loading label={t`Loading the corrections`} />}
      {found && (
        <>
          <p role="status" className={classes.count}>
            {countWords(found.length, state, query.hasNextPage)}
          </p>
          {found.length > 0 && (
            <ul ref={list} className={classes.list} aria-label={t`Corrections`}>
              {found.map((correction, index) => {
                const isAsked =
                  asked?.correction.judgement_id === correction.judgement_id &&
                  asked.correction.user_id === correction.user_id
                return (
                  <CorrectionRow
                    key={correction.user_id + correction.judgement_id}
                    correction={correction}
                    pending={isAsked && decision.isPending ? asked.verdict : undefined}
                    problem={isAsked && decision.isError ? errorText(decision.error) : undefined}
                    onDecide={(verdict) => {
                      if (!decision.isPending) decide(correction, verdict, index)
                    }}
                  />
                )
              })}
            </ul>
          )}
          <More
            isLoading={query.isFetchingNextPage}
            onMore={
              query.hasNextPage && !query.isError ? () => void query.fetchNextPage() : undefined
            }
          />
        </>
      )}
    </>
  )
}

/** When a row leaves, or its button does, the first button of the row in its place takes the focus. */
function useFocusOfRows(rows: unknown, onListEmpty: () => void) {
  const list = useRef<HTMLUListElement>(null)
  const next = useRef<number | null>(null)

  useEffect(() => {
    if (next.current === null) return
    const items = list.current?.children
    const item = items?.[Math.min(next.current, items.length - 1)]
    const button = item?.querySelector<HTMLElement>('button[data-decides]')
    next.current = null
    if (button) button.focus()
    else onListEmpty()
    // eslint-disable-next-line react-hooks/exhaustive-deps -- when the rows change, and not when the page is drawn anew
  }, [rows])

  return {
    list,
    expectChange: (index: number | null) => {
      next.current = index
    },
  }
}

function isGone(error: unknown): boolean {
  return error instanceof ApiError && error.code === 'not_found'
}

function countWords(count: number, state: CorrectionState, hasMore: boolean): string {
  if (count === 0 && hasMore) return t`Looking further back …`
  if (count === 0) {
    return state === 'open'
      ? t`Nothing waits for a decision. Doubtful corrections of accounts that share theirs appear here.`
      : t`Nothing is decided yet.`
  }
  if (hasMore) {
    return plural(count, { one: 'More than # correction', other: 'More than # corrections' })
  }
  return plural(count, { one: '# correction', other: '# corrections' })
}
