import createClient, { type Middleware } from 'openapi-fetch'
import { toApiError, unreachable } from '@/api/api-error'
import type { paths } from '@/api/schema'
import { getSession, markSessionEnded } from '@/api/session'

const authentication: Middleware = {
  onRequest({ request }) {
    const session = getSession()
    if (session.status !== 'anonymous') {
      request.headers.set('Authorization', `Bearer ${session.accessToken}`)
    }
    return request
  },
  onResponse({ request, response }) {
    if (response.status === 401) endSessionOf(request.headers.get('Authorization'))
  },
  onError() {
    return unreachable()
  },
}

export function endSessionOf(authorization: string | null) {
  if (authorization) markSessionEnded(authorization.replace('Bearer ', ''))
}

export const client = createClient<paths>({
  baseUrl: window.location.origin,
  // Looked up at each call, so that a test's network can stand in for the browser's.
  fetch: (request) => globalThis.fetch(request),
})
client.use(authentication)

/** The body of a good answer; any other answer is thrown as an ApiError. */
export async function unwrap<Data>(
  call: Promise<{ data?: Data; error?: unknown; response: Response }>,
): Promise<Data> {
  const { data, error, response } = await call
  if (!response.ok) throw toApiError(response.status, error)
  return data as Data
}
