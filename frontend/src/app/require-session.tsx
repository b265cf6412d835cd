import { useEffect } from 'react'
import { Navigate, Outlet, useLocation } from 'react-router'
import { resumeOutbox } from '@/api/outbox'
import { useSession } from '@/api/session'

/** Lets only people with an account through; the others come back here after logging in. */
export function RequireSession() {
  const session = useSession()
  const { pathname, search } = useLocation()
  const isActive = session.status === 'active'
  useEffect(() => {
    // What an earlier visit or an ended session could not send.
    if (isActive) resumeOutbox()
  }, [isActive])

  if (session.status !== 'anonymous') return <Outlet />
  // Someone who has just logged out did not ask to come back to this page.
  const to = session.loggedOut ? '/' : `/login?next=${encodeURIComponent(pathname + search)}`
  return <Navigate to={to} replace />
}
