import { ApiError } from '@/api/api-error'
import { errorText } from '@/api/error-text'

/** Sentences for the pages that change an account; the other codes are worded as everywhere. */
const sentences = new Map([
  [
    'mail_not_configured',
    'This service cannot send mails, so it cannot do this. Ask whoever runs it for help.',
  ],
  [
    'bad_token',
    'This link has been used already, was replaced by a newer one, or is too old. Ask for a new one.',
  ],
  ['wrong_password', 'This is not your password. Type the one you log in with.'],
  [
    'login_too_old',
    'You have no password to confirm this with. Log in again, then do it within 5 minutes.',
  ],
  [
    'no_password',
    'You have no password yet. Have a mail sent to you that lets you set one, then reload this page.',
  ],
  ['email_taken', 'There is another account with this e-mail address. Use a different one.'],
  [
    'last_admin',
    'You are the only admin of this service. Make somebody else an admin first, then delete your account.',
  ],
  [
    'only_way_in',
    'Without this Google account you could not log in any more. Set a password first.',
  ],
])

export function accountErrorText(error: unknown): string {
  const sentence = error instanceof ApiError ? sentences.get(error.code) : undefined
  return sentence ?? errorText(error)
}

export function hasCode(error: unknown, code: string): boolean {
  return error instanceof ApiError && error.code === code
}
