import {
  infiniteQueryOptions,
  queryOptions,
  useMutation,
  useQueryClient,
  type InfiniteData,
} from '@tanstack/react-query'
import { client, unwrap } from '@/api/client'
import type { AdminUser, AdminUserList } from '@/api/types'
import { momentsOf, type AuditFilter } from '@/features/admin/audit-filter'

const USERS_PART = 50
const EVENTS_PART = 50

/** Whether there is anything at the addresses of admins for who is logged in. */
export const gateQuery = queryOptions({
  queryKey: ['admin', 'gate'] as const,
  queryFn: async ({ signal }) => {
    await unwrap(client.GET('/api/v1/admin/users', { params: { query: { limit: 1 } }, signal }))
    return true
  },
  staleTime: 5 * 60_000,
})

export function usersQuery(search: string) {
  return infiniteQueryOptions({
    queryKey: ['admin', 'users', search] as const,
    queryFn: ({ pageParam, signal }) =>
      unwrap(
        client.GET('/api/v1/admin/users', {
          params: {
            query: {
              limit: USERS_PART,
              ...(search && { search }),
              ...(pageParam && { cursor: pageParam }),
            },
          },
          signal,
        }),
      ),
    initialPageParam: '',
    getNextPageParam: (part) => part.next_cursor,
    refetchOnWindowFocus: false,
  })
}

export function userQuery(id: string) {
  return queryOptions({
    queryKey: ['admin', 'user', id] as const,
    queryFn: ({ signal }) =>
      unwrap(
        client.GET('/api/v1/admin/users/{user_id}', { params: { path: { user_id: id } }, signal }),
      ),
  })
}

/** A few accounts to choose one from. */
export function suggestionsQuery(search: string) {
  return queryOptions({
    queryKey: ['admin', 'suggestions', search] as const,
    queryFn: async ({ signal }) => {
      const query = { limit: 10, ...(search && { search }) }
      const { items } = await unwrap(
        client.GET('/api/v1/admin/users', { params: { query }, signal }),
      )
      return items
    },
  })
}

export function auditQuery(filter: AuditFilter) {
  const { person, action } = filter
  return infiniteQueryOptions({
    queryKey: ['admin', 'audit', filter] as const,
    queryFn: ({ pageParam, signal }) =>
      unwrap(
        client.GET('/api/v1/admin/audit', {
          params: {
            query: {
              limit: EVENTS_PART,
              ...(person && { user_id: person }),
              ...(action && { action }),
              ...momentsOf(filter),
              ...(pageParam && { cursor: pageParam }),
            },
          },
          signal,
        }),
      ),
    initialPageParam: '',
    getNextPageParam: (part) => part.next_cursor,
    // Somebody comes here to see what has just happened; what was loaded is not asked for again.
    staleTime: 0,
    refetchOnWindowFocus: false,
  })
}

interface Freezing {
  user: AdminUser
  reason: string
}

/** Freezes an account or opens it again, and shows it so wherever it is listed. */
export function useFreezing() {
  const queryClient = useQueryClient()
  return useMutation({
    mutationFn: ({ user, reason }: Freezing) => {
      const call = { params: { path: { user_id: user.id } }, body: { reason } }
      return unwrap(
        user.frozen_at === null
          ? client.POST('/api/v1/admin/users/{user_id}/freeze', call)
          : client.POST('/api/v1/admin/users/{user_id}/unfreeze', call),
      )
    },
    onSuccess: (changed) => {
      queryClient.setQueriesData<InfiniteData<AdminUserList>>(
        { queryKey: ['admin', 'users'] },
        (known) =>
          known && {
            ...known,
            pages: known.pages.map((part) => ({
              ...part,
              items: part.items.map((one) => (one.id === changed.id ? changed : one)),
            })),
          },
      )
      void queryClient.invalidateQueries({ queryKey: ['admin', 'user', changed.id] })
      void queryClient.invalidateQueries({ queryKey: ['admin', 'audit'] })
    },
  })
}
