import {
  infiniteQueryOptions,
  queryOptions,
  useMutation,
  useQueryClient,
  type InfiniteData,
} from '@tanstack/react-query'
import { client, unwrap } from '@/api/client'
import type { Correction, CorrectionList, Doubt } from '@/api/types'

export type CorrectionState = 'open' | 'decided'
export type Verdict = NonNullable<Correction['verdict']>

// Each shows a picture that the service has to cut out.
const PART = 10

const keys = {
  list: (state: CorrectionState) => ['admin', 'corrections', state] as const,
  cutOut: (judgement: string, { page, line, symbol }: Doubt) =>
    ['admin', 'cut-out', judgement, page, line, symbol] as const,
}

export function correctionsQuery(state: CorrectionState) {
  return infiniteQueryOptions({
    queryKey: keys.list(state),
    queryFn: ({ pageParam, signal }) =>
      unwrap(
        client.GET('/api/v1/admin/corrections', {
          params: { query: { state, limit: PART, ...(pageParam && { cursor: pageParam }) } },
          signal,
        }),
      ),
    initialPageParam: '',
    getNextPageParam: (part) => part.next_cursor,
    // Others may have decided, or taken their consent back; what was loaded is not asked for again meanwhile.
    staleTime: 0,
    refetchOnWindowFocus: false,
  })
}

/** The line around what is in question. Nothing of it is kept when it is not shown any more. */
export function cutOutQuery({ user_id, judgement_id }: Correction, doubt: Doubt) {
  const { page, line, symbol } = doubt
  return queryOptions({
    queryKey: keys.cutOut(judgement_id, doubt),
    queryFn: ({ signal }) =>
      unwrap(
        client.GET('/api/v1/admin/corrections/{user_id}/{judgement_id}/picture', {
          params: { path: { user_id, judgement_id }, query: { page, line, symbol } },
          parseAs: 'blob',
          signal,
        }),
      ),
    staleTime: Infinity,
    gcTime: 0,
  })
}

/** Decides about a correction. What is decided leaves the open ones; what is changed stays where it is. */
export function useDecision() {
  const queryClient = useQueryClient()

  function replace(state: CorrectionState, of: Correction, by: Correction[]) {
    queryClient.setQueryData<InfiniteData<CorrectionList>>(
      keys.list(state),
      (known) =>
        known && {
          ...known,
          pages: known.pages.map((part) => ({
            ...part,
            items: part.items.flatMap((one) => (isSame(one, of) ? by : [one])),
          })),
        },
    )
  }

  const decision = useMutation({
    mutationFn: ({ correction, verdict }: { correction: Correction; verdict: Verdict }) => {
      const { user_id, judgement_id } = correction
      return unwrap(
        client.POST('/api/v1/admin/corrections/{user_id}/{judgement_id}/decision', {
          params: { path: { user_id, judgement_id } },
          body: { verdict },
        }),
      )
    },
    onSuccess: (decided, { correction }) => {
      if (correction.verdict === null) {
        replace('open', correction, [])
        queryClient.removeQueries({ queryKey: keys.list('decided') })
      } else {
        replace('decided', correction, [decided])
      }
      void queryClient.invalidateQueries({ queryKey: ['admin', 'audit'] })
    },
  })
  return {
    decision,
    /** Takes away what is not there any more. */
    drop: (correction: Correction) =>
      replace(correction.verdict === null ? 'open' : 'decided', correction, []),
  }
}

function isSame(one: Correction, other: Correction): boolean {
  return one.judgement_id === other.judgement_id && one.user_id === other.user_id
}
