import { mutationOptions, queryOptions } from '@tanstack/react-query'
import { client, unwrap } from '@/api/client'
import { forgetSession, updateUser } from '@/api/session'

export const renameMutation = mutationOptions({
  mutationFn: (name: string) => unwrap(client.PATCH('/api/v1/users/me', { body: { name } })),
  onSuccess: updateUser,
})

/** Gives or takes back the consent that the networks learn from what is corrected. */
export const shareCorrectionsMutation = mutationOptions({
  mutationFn: (isShared: boolean) =>
    unwrap(client.PATCH('/api/v1/users/me', { body: { shares_corrections: isShared } })),
  onSuccess: updateUser,
})

export const changePasswordMutation = mutationOptions({
  mutationFn: (body: { current_password: string; new_password: string }) =>
    unwrap(client.POST('/api/v1/users/me/password', { body })),
})

/** A password, or null where there is none: then the log-in must be fresh. */
export interface Proof {
  password: string | null
}

export const askForEmailMutation = mutationOptions({
  mutationFn: (body: Proof & { email: string }) =>
    unwrap(client.POST('/api/v1/users/me/email', { body })),
})

export const deleteAccountMutation = mutationOptions({
  mutationFn: (body: Proof) => unwrap(client.DELETE('/api/v1/users/me', { body })),
  onSuccess: () => forgetSession({ accountDeleted: true }),
})

export const identitiesQuery = queryOptions({
  queryKey: ['identities'] as const,
  queryFn: async ({ signal }) => {
    const { items } = await unwrap(client.GET('/api/v1/users/me/identities', { signal }))
    return items
  },
})

/** Leaves for Google, and comes back to the account. */
export const connectGoogleMutation = mutationOptions({
  mutationFn: (body: { password: string | null }) =>
    unwrap(
      client.POST('/api/v1/users/me/identities/google', {
        body: { next: '/account?connected=google', ...body },
      }),
    ),
  onSuccess: ({ url }) => window.location.assign(url),
})

export const disconnectMutation = mutationOptions({
  mutationFn: (id: string) =>
    unwrap(
      client.DELETE('/api/v1/users/me/identities/{identity_id}', {
        params: { path: { identity_id: id } },
      }),
    ),
})
