import { useSyncExternalStore } from 'react'
import type { Authenticated, User } from '@/api/types'

/**
 * Who is logged in, and with which access token.
 *
 * The token lives in memory only; after a reload there is none until the cookie that no script can read has given one.
 * `ended` keeps the user: nothing gives a token any more, and the page stays as it was until the password is given again.
 */
export type Session =
  | { status: 'anonymous'; loggedOut: boolean; accountDeleted?: boolean }
  | { status: 'active'; user: User; accessToken: string | null; expiresAt: number }
  | { status: 'ended'; user: User }

// Whose cookie there may be, so that a visitor without an account is not asked for one. It lets nobody in.
const KEY = 'legible-user'
const listeners = new Set<() => void>()
let current: Session = restore()

function restore(): Session {
  try {
    const kept = localStorage.getItem(KEY)
    if (kept) {
      return { status: 'active', user: JSON.parse(kept) as User, accessToken: null, expiresAt: 0 }
    }
  } catch {
    // Storage that is switched off or holds something else: nobody is logged in.
  }
  return { status: 'anonymous', loggedOut: false }
}

function remember(user: User | null) {
  try {
    if (user) localStorage.setItem(KEY, JSON.stringify(user))
    else localStorage.removeItem(KEY)
  } catch {
    // The session then lasts until the page is reloaded.
  }
}

function set(next: Session) {
  current = next
  listeners.forEach((listener) => listener())
}

export function getSession(): Session {
  return current
}

export function startSession({ access_token, expires_in, user }: Authenticated) {
  remember(user)
  set({
    status: 'active',
    user,
    accessToken: access_token,
    expiresAt: Date.now() + expires_in * 1000,
  })
}

/** What the account is now, after a change; another account is left alone. */
export function updateUser(user: User) {
  if (current.status !== 'active' || current.user.id !== user.id) return
  remember(user)
  set({ ...current, user })
}

/** The service accepts this token no longer, and gives no other: keep the page, ask for the password. */
export function markSessionEnded(refusedToken: string | null) {
  // An answer to a request sent before the last log-in says nothing about the token of now.
  if (current.status === 'active' && current.accessToken === refusedToken) {
    remember(null)
    set({ status: 'ended', user: current.user })
  }
}

/** Forgets who is here, as if nobody had been if not `loggedOut`. The service is told by `logOut` of the accounts. */
export function forgetSession({ accountDeleted = false, loggedOut = true } = {}) {
  remember(null)
  set({ status: 'anonymous', loggedOut, accountDeleted })
}

function subscribe(listener: () => void) {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

export function useSession(): Session {
  return useSyncExternalStore(subscribe, getSession)
}
