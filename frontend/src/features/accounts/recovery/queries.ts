import { mutationOptions, queryOptions, type QueryClient } from '@tanstack/react-query'
import { client, unwrap } from '@/api/client'
import { getSession } from '@/api/session'
import { logOut, meQuery } from '@/features/accounts/queries'

/** Sets a new password. It ends all sessions of the account; the one of this browser is left behind too. */
export const resetPasswordMutation = mutationOptions({
  mutationFn: (body: { token: string; new_password: string }) =>
    unwrap(client.POST('/api/v1/auth/reset-password', { body })),
  onSuccess: () => {
    if (getSession().status !== 'anonymous') logOut()
  },
})

// A token is good once: a query, unlike an effect, sends it once however often the page is rendered.
const once = {
  staleTime: Infinity,
  retryOnMount: false,
  refetchOnWindowFocus: false,
  refetchOnReconnect: false,
}

export function verifyEmailQuery(token: string | null) {
  return queryOptions({
    queryKey: ['verify-email', token] as const,
    queryFn: async ({ client: queries }) => {
      await unwrap(client.POST('/api/v1/auth/verify-email', { body: { token: token ?? '' } }))
      await refreshMe(queries)
      return true
    },
    enabled: token !== null,
    ...once,
  })
}

export function changeEmailQuery(token: string | null) {
  return queryOptions({
    queryKey: ['change-email', token] as const,
    queryFn: async ({ client: queries }) => {
      await unwrap(client.POST('/api/v1/auth/change-email', { body: { token: token ?? '' } }))
      await refreshMe(queries)
      return true
    },
    enabled: token !== null,
    ...once,
  })
}

/** Whoever is logged in sees the change; that it worked does not depend on it. */
async function refreshMe(queries: QueryClient) {
  if (getSession().status !== 'active') return
  await queries.query(meQuery).catch(() => undefined)
}
