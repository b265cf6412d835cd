import { queryOptions, useMutation } from '@tanstack/react-query'
import { client, unwrap } from '@/api/client'
import type { Statement } from '@/api/types'
import { lastDayOf } from '@/features/usage/months'
import { saveFile } from '@/lib/save-file'

/** What was read in a month, by day, key and networks; and how far the month of today is used up. */
export function usageQuery(month: string) {
  return queryOptions({
    queryKey: ['usage', month] as const,
    queryFn: ({ signal }) =>
      unwrap(
        client.GET('/api/v1/usage', {
          params: { query: { from: `${month}-01`, to: lastDayOf(month) } },
          signal,
        }),
      ),
    // Somebody comes here to see what has just been counted.
    staleTime: 0,
  })
}

/** The months that have a statement, newest first. */
export const monthsQuery = queryOptions({
  queryKey: ['statements'] as const,
  queryFn: async ({ signal }) => {
    const { months } = await unwrap(client.GET('/api/v1/statements', { signal }))
    return months
  },
})

export function statementQuery(month: string) {
  return queryOptions({
    queryKey: ['statements', month] as const,
    queryFn: async ({ signal }) => {
      const body = await unwrap(
        client.GET('/api/v1/statements/{month}', { params: { path: { month } }, signal }),
      )
      // It is text in the other formats, which are not asked for here.
      return body as Statement
    },
    // A month that is over stays as it is.
    staleTime: ({ state }) => (state.data?.final ? Infinity : 0),
  })
}

export type StatementFormat = 'json' | 'csv' | 'pdf'

/** Fetched with the token and handed over: a plain link would come without it. */
export function useDownload() {
  return useMutation({
    mutationFn: async ({ month, format }: { month: string; format: StatementFormat }) => {
      const file = await unwrap(
        client.GET('/api/v1/statements/{month}', {
          params: { path: { month }, query: { format } },
          parseAs: 'blob',
        }),
      )
      saveFile(file, `legible-${month}.${format}`)
    },
  })
}
