import { t } from '@lingui/core/macro'
import { Divider } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { expectSession } from '@/api/access'
import classes from '@/features/accounts/google-sign-in.module.css'
import { providersQuery } from '@/features/accounts/queries'

interface GoogleSignInProps {
  /** The page to come back to. */
  next: string
  text: string
}

/** The way in by a Google account, where the service offers it. */
export function GoogleSignIn({ next, text }: GoogleSignInProps) {
  const { data } = useQuery(providersQuery)
  // The only one there can be.
  const google = data?.items.at(0)
  if (!google) return null
  return (
    <>
      <Divider label={t`or`} my="md" />
      <a
        href={`${google.start}?next=${encodeURIComponent(next)}`}
        className={classes.button}
        onClick={expectSession}
      >
        <GoogleLogo />
        {text}
      </a>
    </>
  )
}

/** As Google's branding guidelines have it: its four colours, on the ground of the button. */
function GoogleLogo() {
  return (
    <svg viewBox="0 0 48 48" width="20" height="20" aria-hidden>
      <path
        fill="#EA4335"
        d="M24 9.5c3.54 0 6.71 1.22 9.21 3.6l6.85-6.85C35.9 2.38 30.47 0 24 0 14.62 0 6.51 5.38 2.56 13.22l7.98 6.19C12.43 13.72 17.74 9.5 24 9.5z"
      />
      <path
        fill="#4285F4"
        d="M46.98 24.55c0-1.57-.15-3.09-.38-4.55H24v9.02h12.94c-.58 2.96-2.26 5.48-4.78 7.18l7.73 6c4.51-4.18 7.09-10.36 7.09-17.65z"
      />
      <path
        fill="#FBBC05"
        d="M10.53 28.59c-.48-1.45-.76-2.99-.76-4.59s.27-3.14.76-4.59l-7.98-6.19C.92 16.46 0 20.12 0 24c0 3.88.92 7.54 2.56 10.78l7.97-6.19z"
      />
      <path
        fill="#34A853"
        d="M24 48c6.48 0 11.93-2.13 15.89-5.81l-7.73-6c-2.15 1.45-4.92 2.3-8.16 2.3-6.26 0-11.57-4.22-13.47-9.91l-7.98 6.19C6.51 42.62 14.62 48 24 48z"
      />
    </svg>
  )
}
