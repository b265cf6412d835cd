import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import { client, unwrap } from '@/api/client'
import type { NewApiKey } from '@/api/types'

export const keysQuery = queryOptions({
  queryKey: ['keys'] as const,
  queryFn: async ({ signal }) => {
    const { items } = await unwrap(client.GET('/api/v1/keys', { signal }))
    return items
  },
})

/** The key itself is in the answer and nowhere else: it is forgotten with it. */
export function useCreateKey() {
  const refresh = useRefreshKeys()
  return useMutation({
    mutationFn: (body: NewApiKey) => unwrap(client.POST('/api/v1/keys', { body })),
    gcTime: 0,
    onSettled: refresh,
  })
}

export function useRenameKey() {
  const refresh = useRefreshKeys()
  return useMutation({
    mutationFn: ({ id, name }: { id: string; name: string }) =>
      unwrap(
        client.PATCH('/api/v1/keys/{key_id}', { params: { path: { key_id: id } }, body: { name } }),
      ),
    onSettled: refresh,
  })
}

export function useRevokeKey() {
  const refresh = useRefreshKeys()
  return useMutation({
    mutationFn: (id: string) =>
      unwrap(client.DELETE('/api/v1/keys/{key_id}', { params: { path: { key_id: id } } })),
    onSettled: refresh,
  })
}

function useRefreshKeys() {
  const queryClient = useQueryClient()
  return () => queryClient.invalidateQueries({ queryKey: keysQuery.queryKey })
}
