import { msg, t } from '@lingui/core/macro'

/** Why a sign-in with Google came back without a session, by the code in the address. */
const sentences = new Map([
  ['denied', msg`You did not let Google tell who you are, so nothing has changed.`],
  [
    'state_mismatch',
    msg`This sign-in was not begun in this browser, or is over already. Sign in with Google again.`,
  ],
  ['expired', msg`This took too long. Sign in with Google again.`],
  ['provider_unavailable', msg`Google does not answer just now. Try again in a moment.`],
  ['sign_in_failed', msg`The sign-in with Google did not work. Try again.`],
  [
    'email_unverified',
    msg`Google has not verified your e-mail address. Verify it there, or use a password here.`,
  ],
  [
    'account_frozen',
    msg`This account is frozen. Nothing is lost; write to whoever runs this service to have it opened again.`,
  ],
  ['identity_taken', msg`This Google account is connected to another account of Legible already.`],
])

/** The sentence for `?problem=` in an address, if there is one. */
export function problemText(search: string): string | undefined {
  const code = new URLSearchParams(search).get('problem')
  if (code === null) return undefined
  return t(sentences.get(code) ?? msg`The sign-in did not work. Try again.`)
}
