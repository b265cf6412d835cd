import { mutationOptions, queryOptions } from '@tanstack/react-query'
import { client, unwrap } from '@/api/client'
import { forgetSession, startSession, updateUser } from '@/api/session'

export interface Credentials {
  email: string
  password: string
}

export interface Registration extends Credentials {
  name: string
}

// The refresh token stays out of this page's reach.
const inCookie = { with_refresh_token: false }

export const logInMutation = mutationOptions({
  mutationFn: (body: Credentials) =>
    unwrap(client.POST('/api/v1/auth/login', { body: { ...body, ...inCookie } })),
  onSuccess: startSession,
})

export const registerMutation = mutationOptions({
  mutationFn: (body: Registration) =>
    unwrap(client.POST('/api/v1/auth/register', { body: { ...body, ...inCookie } })),
  onSuccess: startSession,
})

/** What the log-in page can offer besides the password. */
export const providersQuery = queryOptions({
  queryKey: ['providers'],
  queryFn: () => unwrap(client.GET('/api/v1/auth/providers')),
  staleTime: Infinity,
})

/** The account that a Google account waits to be connected to. */
export const pendingLinkQuery = queryOptions({
  queryKey: ['pending-link'],
  queryFn: () => unwrap(client.GET('/api/v1/auth/google/link')),
  staleTime: 0,
  gcTime: 0,
})

export const linkMutation = mutationOptions({
  mutationFn: (body: { password: string }) =>
    unwrap(client.POST('/api/v1/auth/google/link', { body })),
  onSuccess: startSession,
})

/** The account as it is now: its address may have been confirmed elsewhere. */
export const meQuery = queryOptions({
  queryKey: ['me'] as const,
  queryFn: async ({ signal }) => {
    const user = await unwrap(client.GET('/api/v1/users/me', { signal }))
    updateUser(user)
    return user
  },
  staleTime: 0,
})

/** Asks for a mail to set a password with. Where there is no account the answer is the same. */
export const forgotPasswordMutation = mutationOptions({
  mutationFn: (email: string) =>
    unwrap(client.POST('/api/v1/auth/forgot-password', { body: { email } })),
})

/** Asks for another mail to confirm the address with. */
export const verificationMailMutation = mutationOptions({
  mutationFn: () => unwrap(client.POST('/api/v1/auth/verify-email/request')),
})

/** Leaves at once, whether or not the service can be told. */
export function logOut() {
  forgetSession()
  // `keepalive`: also when the page is closed right after.
  client.POST('/api/v1/auth/logout', { keepalive: true }).catch(() => undefined)
}

export const devicesQuery = queryOptions({
  queryKey: ['devices'] as const,
  queryFn: async ({ signal }) => {
    const { items } = await unwrap(client.GET('/api/v1/sessions', { signal }))
    return items
  },
})

export async function endDevice(id: string) {
  await unwrap(
    client.DELETE('/api/v1/sessions/{session_id}', { params: { path: { session_id: id } } }),
  )
}
