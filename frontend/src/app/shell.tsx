import { t } from '@lingui/core/macro'
import { useEffect, useRef } from 'react'
import { Link, NavLink, Outlet, ScrollRestoration, useLocation } from 'react-router'
import { useSession } from '@/api/session'
import { OfflineBanner } from '@/app/offline-banner'
import { RedrawInLanguage } from '@/app/redraw-in-language'
import classes from '@/app/shell.module.css'
import { UpdateBanner } from '@/app/update-banner'
import { useForgetAfterLogOut } from '@/app/use-forget-after-log-out'
import { LanguageMenu } from '@/components/language-menu'
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
        {t`Skip to the page`}
      </a>
      <OfflineBanner />
      <UpdateBanner />
      <header className={classes.header}>
        <Link to={isKnown ? '/read' : '/'} className={classes.home} aria-label={t`Legible, start`}>
          <Logo isShort={isKnown} />
        </Link>
        <nav aria-label={t`Main`} className={classes.nav}>
          {isKnown ? (
            <>
              <NavLink to="/read">{t`Read`}</NavLink>
              <NavLink to="/review">{t`Review`}</NavLink>
              <NavLink to="/readings">{t`History`}</NavLink>
            </>
          ) : (
            <>
              <NavLink to="/login">{t`Log in`}</NavLink>
              <NavLink to="/register">{t`Register`}</NavLink>
            </>
          )}
        </nav>
        <div className={classes.side}>
          {isKnown && <UploadStatus />}
          <LanguageMenu />
          <ThemeMenu />
          {isKnown && <AccountMenu user={session.user} />}
        </div>
      </header>
      <main id="main" tabIndex={-1} ref={main} className={classes.main}>
        <Outlet />
      </main>
      <SessionEndedDialog />
      <RedrawInLanguage />
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
