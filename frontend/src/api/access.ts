import { ApiError, toApiError, unreachable } from '@/api/api-error'
import { noteSilence } from '@/api/reachability'
import type { paths } from '@/api/schema'
import { getSession, markSessionEnded, startSession } from '@/api/session'
import type { Authenticated } from '@/api/types'

const path = '/api/v1/auth/refresh' satisfies keyof paths

/** What the service wants to see beside the cookie, because no form of another site can send it. */
export const proof = { 'X-Requested-With': 'legible' }

// A token that runs out on its way would cost an upload twice.
const SPARE_MS = 5_000

/**
 * Sends a request with an access token. One that is refused is renewed, and the request is sent a second time.
 *
 * `send` is called once or twice, and with null when nobody is logged in.
 */
export async function authorized<Answer extends { status: number }>(
  send: (authorization: string | null) => Promise<Answer>,
): Promise<Answer> {
  const session = getSession()
  if (session.status !== 'active') return send(null)
  const { accessToken, expiresAt } = session
  const isFresh = accessToken !== null && Date.now() < expiresAt - SPARE_MS
  const token = isFresh ? accessToken : await renew(accessToken)
  if (token === null) throw new ApiError(401, 'session_ended', 'The session has ended.')

  const answer = await send(`Bearer ${token}`)
  if (answer.status !== 401) return answer
  const newer = await renew(token)
  if (newer === null) return answer
  const second = await send(`Bearer ${newer}`)
  if (second.status === 401) markSessionEnded(newer)
  return second
}

// Of the tab alone, so that a visitor without an account is not asked for one.
const SIGNING_IN = 'legible-signing-in'

/** Before the tab leaves for another site, to come back logged in by a cookie that no script can read. */
export function expectSession() {
  try {
    sessionStorage.setItem(SIGNING_IN, 'yes')
  } catch {
    // Storage that is switched off: the log-in page is seen once more.
  }
}

/** Back from there: gets the session that was begun, if one was. */
export async function receiveSession() {
  try {
    if (sessionStorage.getItem(SIGNING_IN) === null) return
    sessionStorage.removeItem(SIGNING_IN)
    // Sent to the log-in page: it did not work, or the password is wanted first.
    if (window.location.pathname.startsWith('/login')) return
    const { status, body } = await askForToken()
    if (status === 200) startSession(body as Authenticated)
  } catch {
    // As above, or the service does not answer: the page that is wanted says so.
  }
}

/** After a reload: gets a token, or finds out that the session has ended, before it is needed. */
export async function resumeSession() {
  const session = getSession()
  if (session.status !== 'active' || session.accessToken !== null) return
  try {
    await renew(null)
  } catch {
    // The service does not answer now; the next request asks again and says so.
  }
}

let running: Promise<string | null> | null = null

/** A token that can take the place of this one, or null. One refresh at a time, shared by all who wait. */
function renew(refused: string | null): Promise<string | null> {
  const session = getSession()
  if (session.status !== 'active') return Promise.resolve(null)
  // Another request has had it renewed meanwhile.
  if (session.accessToken !== refused) return Promise.resolve(session.accessToken)
  running ??= refresh(refused, session.user.id).finally(() => (running = null))
  return running
}

async function refresh(refused: string | null, userId: string): Promise<string | null> {
  const { status, body } = await askForToken()
  const session = getSession()
  // Someone has logged out or in since: this answer is about the session before.
  if (session.status !== 'active') return null
  if (session.accessToken !== refused) return session.accessToken
  // Another account has been logged in to in another tab, and the cookie is theirs.
  const isAnother = status === 200 && (body as Authenticated).user.id !== userId
  if (status === 401 || isAnother) {
    markSessionEnded(refused)
    return null
  }
  if (status !== 200) throw toApiError(status, body)
  startSession(body as Authenticated)
  return (body as Authenticated).access_token
}

async function askForToken(): Promise<{ status: number; body: unknown }> {
  try {
    const url = new URL(path, window.location.origin)
    const response = await fetch(url, { method: 'POST', headers: proof })
    const body: unknown = await response.json().catch(() => null)
    return { status: response.status, body }
  } catch {
    noteSilence()
    throw unreachable()
  }
}
