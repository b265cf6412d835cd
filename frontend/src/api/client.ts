import createClient, { type Middleware } from 'openapi-fetch'
import { authorized, proof } from '@/api/access'
import { ApiError, toApiError, unreachable } from '@/api/api-error'
import { noteAnswer, noteSilence } from '@/api/reachability'
import type { paths } from '@/api/schema'

const errors: Middleware = {
  onError({ error, request }) {
    if (error instanceof ApiError) return error
    // Given up by the page itself, the question says nothing about the service.
    if (!request.signal.aborted) noteSilence()
    return unreachable()
  },
  onResponse({ response }) {
    if (response.status < 502) noteAnswer()
  },
}

// These start or end a session by a password or by the cookie, or need none, as what a mail leads to: an access
// token that has run out must not stop them.
const withoutToken = new Set<string>([
  '/api/v1/auth/change-email',
  '/api/v1/auth/forgot-password',
  '/api/v1/auth/google/link',
  '/api/v1/auth/login',
  '/api/v1/auth/logout',
  '/api/v1/auth/register',
  '/api/v1/auth/reset-password',
  '/api/v1/auth/verify-email',
] satisfies (keyof paths)[])

async function send(request: Request): Promise<Response> {
  // Looked up at each call, so that a test's network can stand in for the browser's.
  if (withoutToken.has(new URL(request.url).pathname)) {
    return globalThis.fetch(withHeaders(request, proof))
  }
  return authorized((authorization) =>
    globalThis.fetch(
      withHeaders(request, authorization === null ? {} : { Authorization: authorization }),
    ),
  )
}

/** A copy, since a request can be sent only once. */
function withHeaders(request: Request, headers: Record<string, string>): Request {
  const copy = request.clone()
  for (const [name, value] of Object.entries(headers)) copy.headers.set(name, value)
  return copy
}

export const client = createClient<paths>({ baseUrl: window.location.origin, fetch: send })
client.use(errors)

/** The body of a good answer; any other answer is thrown as an ApiError. */
export async function unwrap<Data>(
  call: Promise<{ data?: Data; error?: unknown; response: Response }>,
): Promise<Data> {
  const { data, error, response } = await call
  if (!response.ok) {
    const problem = toApiError(response.status, error)
    // A proxy, or a service without its database, says so in its stead.
    if (problem.status === 0 || problem.code === 'not_ready') noteSilence()
    throw problem
  }
  return data as Data
}
