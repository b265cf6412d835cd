import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { client, unwrap } from '@/api/client'
import { fromFeedback } from '@/features/readings/review/judgements'

const PART_SIZE = 100

/** What nobody has judged yet and the reader is not sure of, worst first. Asked for anew at each visit. */
export const reviewQueueQuery = infiniteQueryOptions({
  queryKey: ['readings', 'queue'] as const,
  queryFn: ({ pageParam, signal }) =>
    unwrap(
      client.GET('/api/v1/readings', {
        params: {
          query: {
            status: ['review', 'unreadable'],
            judged: false,
            sort: 'confidence',
            limit: PART_SIZE,
            ...(pageParam && { cursor: pageParam }),
          },
        },
        signal,
      }),
    ),
  initialPageParam: '',
  getNextPageParam: (part) => part.next_cursor,
  staleTime: Infinity,
  gcTime: 0,
})

/** What was said of a reading on another day or device. */
export function feedbackQuery(id: string) {
  return queryOptions({
    queryKey: ['readings', 'feedback', id] as const,
    queryFn: async ({ signal }) =>
      fromFeedback(
        await unwrap(
          client.GET('/api/v1/readings/{reading_id}/feedback', {
            params: { path: { reading_id: id } },
            signal,
          }),
        ),
      ),
    // Later judgements are known to the page, which made them.
    staleTime: Infinity,
    gcTime: Infinity,
  })
}
