import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import { client, unwrap } from '@/api/client'
import type { AdminNetworkList } from '@/api/types'

// A process follows within two seconds.
const WHILE_SWITCHING_MS = 1000

export type Period = 'month' | 'week'

export const switchingQuery = queryOptions({
  queryKey: ['admin', 'models'] as const,
  queryFn: ({ signal }) => unwrap(client.GET('/api/v1/admin/models', { signal })),
  refetchInterval: ({ state }) => (isSwitching(state.data) ? WHILE_SWITCHING_MS : false),
})

export const comparisonQuery = queryOptions({
  queryKey: ['admin', 'models', 'challenger'] as const,
  queryFn: ({ signal }) => unwrap(client.GET('/api/v1/admin/models/challenger', { signal })),
})

export function liveQuery(by: Period) {
  return queryOptions({
    queryKey: ['admin', 'models', 'live', by] as const,
    queryFn: ({ signal }) =>
      unwrap(client.GET('/api/v1/admin/models/live', { params: { query: { by } }, signal })),
  })
}

/** What an admin can do with a version. */
export type Act =
  | { kind: 'activate'; name: string; version: string }
  | { kind: 'rollback'; name: string; version: string }
  | { kind: 'challenge'; name: string; version: string; share: number }
  | { kind: 'end'; name: string; version: string }

export function useAct() {
  const queryClient = useQueryClient()
  return useMutation({
    mutationFn: (act: Act) => perform(act),
    onSuccess: async () => {
      await queryClient.invalidateQueries({ queryKey: ['admin', 'models'] })
      await queryClient.invalidateQueries({ queryKey: ['networks'] })
    },
  })
}

async function perform(act: Act): Promise<void> {
  const params = { path: { name: act.name } }
  switch (act.kind) {
    case 'activate': {
      const body = { version: act.version }
      await unwrap(client.POST('/api/v1/admin/models/{name}/activate', { params, body }))
      return
    }
    case 'rollback':
      await unwrap(client.POST('/api/v1/admin/models/{name}/rollback', { params }))
      return
    case 'challenge': {
      const { name, version, share } = act
      await unwrap(
        client.POST('/api/v1/admin/models/challenger', { body: { name, version, share } }),
      )
      return
    }
    case 'end':
      await unwrap(client.DELETE('/api/v1/admin/models/challenger'))
  }
}

/** Whether the process that answered does not yet read with what it should. */
function isSwitching(list: AdminNetworkList | undefined): boolean {
  return (
    list?.items.some(({ served, wanted, refused }) => served !== wanted && refused === null) ??
    false
  )
}
