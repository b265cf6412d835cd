import { msg, t } from '@lingui/core/macro'
import { ApiError } from '@/api/api-error'
import { errorText } from '@/api/error-text'

/** Sentences for the pages that change an account; the other codes are worded as everywhere. */
const sentences = new Map([
  [
    'mail_not_configured',
    msg`This service cannot send mails, so it cannot do this. Ask whoever runs it for help.`,
  ],
  [
    'bad_token',
    msg`This link has been used already, was replaced by a newer one, or is too old. Ask for a new one.`,
  ],
  ['wrong_password', msg`This is not your password. Type the one you log in with.`],
  [
    'login_too_old',
    msg`You have no password to confirm this with. Log in again, then do it within 5 minutes.`,
  ],
  [
    'no_password',
    msg`You have no password yet. Have a mail sent to you that lets you set one, then reload this page.`,
  ],
  ['email_taken', msg`There is another account with this e-mail address. Use a different one.`],
  [
    'last_admin',
    msg`You are the only admin of this service. Make somebody else an admin first, then delete your account.`,
  ],
  [
    'only_way_in',
    msg`Without this Google account you could not log in any more. Set a password first.`,
  ],
])

export function accountErrorText(error: unknown): string {
  const sentence = error instanceof ApiError ? sentences.get(error.code) : undefined
  return sentence ? t(sentence) : errorText(error)
}

export function hasCode(error: unknown, code: string): boolean {
  return error instanceof ApiError && error.code === code
}
