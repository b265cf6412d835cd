import { useEffect, useRef } from 'react'
import { Link, NavLink, Outlet, ScrollRestoration, useLocation } from 'react-router'
import { useSession } from '@/api/session'
import { OfflineBanner } from '@/app/offline-banner'
import classes from '@/app/shell.module.css'
import { UpdateBanner } from '@/app/update-banner'
import { useForgetAfterLogOut } from '@/app/use-forget-after-log-out'
import { Logo } from '@/components/logo'
import { ThemeMenu } from '@/components/theme-menu'
import { AccountMenu } from '@/features/accounts/account-menu'
import { SessionEndedDialog } from '@/features/accounts/session-ended-dialog'
import { UploadStatus } from '@/features/readings/uploads/upload-status'

export function Shell() {
  const session = useSession()
  const isKnown = session.status !== 'anonymous'
  const main = useFocusOnNavigation()
  useForgetAfterLogOut()

  return (
    <div className={classes.shell}>
      <a href="#main" className={classes.skip}>
        Skip to the page
      </a>
      <OfflineBanner />
      <UpdateBanner />
      <header className={classes.header}>
        <Link to={isKnown ? '/read' : '/'} className={classes.home} aria-label="Legible, start">
          <Logo isShort={isKnown} />
        </Link>
        <nav aria-label="Main" className={classes.nav}>
          {isKnown ? (
            <>
              <NavLink to="/read">Read</NavLink>
              <NavLink to="/review">Review</NavLink>
              <NavLink to="/readings">History</NavLink>
            </>
          ) : (
            <>
              <NavLink to="/login">Log in</NavLink>
              <NavLink to="/register">Register</NavLink>
            </>
          )}
        </nav>
        <div className={classes.side}>
          {isKnown && <UploadStatus />}
          <ThemeMenu />
          {isKnown && <AccountMenu user={session.user} />}
        </div>
      </header>
      <main id="main" tabIndex={-1} ref={main} className={classes.main}>
        <Outlet />
      </main>
      <SessionEndedDialog />
      <ScrollRestoration />
    </div>
  )
}

/** A new page starts at its beginning for the keyboard and for screen readers too. */
function useFocusOnNavigation() {
  const main = useRef<HTMLElement>(null)
  const { pathname } = useLocation()
  const shown = useRef(pathname)

  useEffect(() => {
    if (shown.current === pathname) return
    shown.current = pathname
    main.current?.focus({ preventScroll: true })
  }, [pathname])

  return main
}
