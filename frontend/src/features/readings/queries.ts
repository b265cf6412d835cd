import {
  infiniteQueryOptions,
  queryOptions,
  useMutation,
  useQueryClient,
  type InfiniteData,
} from '@tanstack/react-query'
import { client, unwrap } from '@/api/client'
import type { ReadingList } from '@/api/types'

const PAGE_SIZE = 20

const keys = {
  list: ['readings', 'list'] as const,
  one: (id: string) => ['readings', 'one', id] as const,
  stages: (id: string) => ['readings', 'one', id, 'stages'] as const,
  image: (id: string, number: number) => ['readings', 'image', id, number] as const,
}

export const readingListQuery = infiniteQueryOptions({
  queryKey: keys.list,
  queryFn: ({ pageParam, signal }) =>
    unwrap(
      client.GET('/api/v1/readings', {
        params: { query: { limit: PAGE_SIZE, ...(pageParam && { cursor: pageParam }) } },
        signal,
      }),
    ),
  initialPageParam: '',
  getNextPageParam: (page) => page.next_cursor,
})

export function readingQuery(id: string) {
  return queryOptions({
    queryKey: keys.one(id),
    queryFn: ({ signal }) =>
      unwrap(
        client.GET('/api/v1/readings/{reading_id}', {
          params: { path: { reading_id: id } },
          signal,
        }),
      ),
    // A reading does not change once it is made.
    staleTime: Infinity,
  })
}

/** What the networks saw. The service reads the picture once more for it, so it is asked for only to be shown. */
export function stagesQuery(id: string) {
  return queryOptions({
    queryKey: keys.stages(id),
    queryFn: async ({ signal }) => {
      const { stages } = await unwrap(
        client.GET('/api/v1/readings/{reading_id}', {
          params: { path: { reading_id: id }, query: { detail: 'stages' } },
          signal,
        }),
      )
      return stages ?? null
    },
    staleTime: Infinity,
    gcTime: 60_000,
  })
}

/** One page as the browser can show it. An <img> cannot carry the token, so it comes as a blob. */
export function pageImageQuery(id: string, number: number) {
  return queryOptions({
    queryKey: keys.image(id, number),
    queryFn: ({ signal }) => fetchPage(id, number, signal),
    staleTime: Infinity,
    gcTime: 60_000,
  })
}

export async function fetchPage(id: string, number: number, signal?: AbortSignal): Promise<Blob> {
  return unwrap(
    client.GET('/api/v1/readings/{reading_id}/pages/{number}/image', {
      params: { path: { reading_id: id, number } },
      parseAs: 'blob',
      ...(signal && { signal }),
    }),
  )
}

export async function fetchPicture(id: string): Promise<Blob> {
  return unwrap(
    client.GET('/api/v1/readings/{reading_id}/picture', {
      params: { path: { reading_id: id } },
      parseAs: 'blob',
    }),
  )
}

/** Takes a deleted reading out of what is kept here, without asking for long lists anew. */
export function useForgetReading() {
  const queryClient = useQueryClient()
  return (id: string) => {
    queryClient.removeQueries({ queryKey: keys.one(id) })
    queryClient.setQueriesData<InfiniteData<ReadingList>>({ queryKey: keys.list }, (known) =>
      known === undefined
        ? known
        : {
            ...known,
            pages: known.pages.map((page) => ({
              ...page,
              items: page.items.filter((item) => item.id !== id),
            })),
          },
    )
  }
}

export function useDeleteReading() {
  const forget = useForgetReading()
  return useMutation({
    mutationFn: (id: string) =>
      unwrap(
        client.DELETE('/api/v1/readings/{reading_id}', { params: { path: { reading_id: id } } }),
      ),
    onSuccess: (_, id) => forget(id),
  })
}
