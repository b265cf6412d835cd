import { useSyncExternalStore } from 'react'
import type { Authenticated, User } from '@/api/types'

/**
 * Who is logged in, and with which access token.
 *
 * `ended` keeps the user: the token has run out, and the page stays as it was until the password is given again.
 * Only this module knows where the token is kept, so that a refresh token in an httpOnly cookie can take its place.
 */
export type Session =
  | { status: 'anonymous'; loggedOut: boolean }
  | { status: 'active' | 'ended'; accessToken: string; user: User }

const KEY = 'legible-session'
const listeners = new Set<() => void>()
let current: Session = restore()

function restore(): Session {
  try {
    const kept = sessionStorage.getItem(KEY)
    if (kept) {
      const { accessToken, user, expiresAt } = JSON.parse(kept) as {
        accessToken: string
        user: User
        expiresAt: number
      }
      return { status: expiresAt > Date.now() ? 'active' : 'ended', accessToken, user }
    }
  } catch {
    // Storage that is switched off or holds something else: nobody is logged in.
  }
  return { status: 'anonymous', loggedOut: false }
}

function set(next: Session) {
  current = next
  listeners.forEach((listener) => listener())
}

export function getSession(): Session {
  return current
}

export function startSession({ access_token, expires_in, user }: Authenticated) {
  const expiresAt = Date.now() + expires_in * 1000
  try {
    sessionStorage.setItem(KEY, JSON.stringify({ accessToken: access_token, user, expiresAt }))
  } catch {
    // The session then lasts until the page is reloaded.
  }
  set({ status: 'active', accessToken: access_token, user })
}

/** The service no longer accepts the token: keep the page, ask for the password. */
export function markSessionEnded(refusedToken: string) {
  // An answer to a request sent before the last log-in says nothing about the token of now.
  if (current.status === 'active' && current.accessToken === refusedToken) {
    set({ ...current, status: 'ended' })
  }
}

export function logOut() {
  try {
    sessionStorage.removeItem(KEY)
  } catch {
    // Nothing was kept.
  }
  set({ status: 'anonymous', loggedOut: true })
}

function subscribe(listener: () => void) {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

export function useSession(): Session {
  return useSyncExternalStore(subscribe, getSession)
}
