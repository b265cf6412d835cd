import type { MessageDescriptor } from '@lingui/core'
import { msg, t } from '@lingui/core/macro'
import { ApiError } from '@/api/api-error'
import { isServiceLanguage } from '@/lib/language'

/** Sentences for what a person can do something about; other codes bring their own sentence in `detail`. */
const sentences: Record<string, MessageDescriptor> = {
  unreachable: msg`Legible cannot be reached. Check your connection, then try again.`,
  wrong_credentials: msg`The e-mail or the password is not right. Check both and try again.`,
  email_taken: msg`There is already an account with this e-mail. Log in instead, or use another e-mail.`,
  weak_password: msg`This password is too easy to guess. Use at least 10 characters; a few unrelated words work well.`,
  link_expired: msg`This took too long, or is done already. Sign in with Google again.`,
  identity_taken: msg`This Google account is connected to another account of Legible already.`,
  token_expired: msg`Your session has ended. Log in again to go on.`,
  session_ended: msg`Your session has ended. Log in again to go on.`,
  not_authenticated: msg`Log in to go on.`,
  unsupported_format: msg`This kind of file cannot be read. Send a JPEG, PNG, WebP, GIF, BMP, TIFF, AVIF, HEIC or PDF.`,
  not_ready: msg`Legible is not ready yet. Try again in a moment.`,
  busy: msg`Many pictures are being read right now. Try again in a few seconds.`,
  not_an_image: msg`This file is not a picture, whatever its name says. Send a photo, a scan or a PDF.`,
  truncated: msg`This file is damaged or part of it is missing. Send it again, or take the picture anew.`,
  nothing_written: msg`The picture is too small to hold writing. Send it at its full size, or take it anew.`,
  not_found: msg`It is not here. It may have been deleted, or it belongs to another account.`,
  server_error: msg`Something went wrong on our side. Try again in a moment.`,
}

/** For those who do not read English: what the service says of these codes knows more, such as a number or a day. */
const inOtherWords: Record<string, MessageDescriptor> = {
  email_not_verified: msg`Confirm your e-mail address first: follow the link in the mail you were sent, or ask for another one in your account.`,
  account_frozen: msg`This account is frozen. Nothing is lost; write to whoever runs this service to have it opened again.`,
  quota_reached: msg`All pages of your plan are read. Your account says when the count starts anew; what was read stays.`,
  too_large: msg`This file is too large. Send a smaller copy.`,
  too_many_pages: msg`This file has too many pages. Send fewer at once.`,
  unreadable_input: msg`This file cannot be read.`,
  too_many_keys: msg`An account may not have more keys. Revoke one that is no longer used.`,
  too_many_requests: msg`That was too much at once. Wait a little and try again.`,
  invalid_request: msg`Something in the form is not as it should be. Check it and try again.`,
  not_aligned: msg`The text around it was corrected, so this digit cannot be found in it any more. Correct the whole text, or undo its correction first.`,
  bad_feedback: msg`This reading cannot take that correction. Reload the page and try again.`,
  too_much_feedback: msg`This reading was judged so often that no more can be kept.`,
  not_allowed: msg`This page is not allowed to do that.`,
  storage_unavailable: msg`The store of the pictures does not answer just now. Try again in a moment.`,
  provider_unavailable: msg`Google does not answer just now. Try again in a moment.`,
  internal_error: msg`Something went wrong on our side. Try again in a moment.`,
}

const fieldSentences: Record<string, MessageDescriptor> = {
  email: msg`This is not an e-mail address that a mail can be sent to.`,
  name: msg`This name cannot be used. Write 1 to 100 characters.`,
  password: msg`This password cannot be used. Choose another one.`,
  new_password: msg`This password cannot be used. Choose another one.`,
  expires_at: msg`This day cannot be used. Choose one that is still to come.`,
}

export function errorText(error: unknown): string {
  if (!(error instanceof ApiError))
    return t`Something went wrong on this page. Reload it and try again.`
  const { code, message } = error
  const sentence = sentences[code] ?? (isServiceLanguage() ? undefined : inOtherWords[code])
  return sentence ? t(sentence) : message || t`Something went wrong. Try again in a moment.`
}

/** The message for one form field, when the service named that field. */
export function fieldErrorText(error: unknown, field: string): string | undefined {
  if (!(error instanceof ApiError)) return undefined
  const message = error.fields.find((entry) => entry.field.split('.').at(-1) === field)?.message
  if (message === undefined || isServiceLanguage()) return message
  return t(fieldSentences[field] ?? msg`This is not as it should be.`)
}
