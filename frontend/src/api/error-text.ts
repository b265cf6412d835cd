import { ApiError } from '@/api/api-error'

/** Sentences for what a person can do something about; other codes bring their own sentence in `detail`. */
const sentences: Record<string, string> = {
  unreachable: 'Legible cannot be reached. Check your connection, then try again.',
  wrong_credentials: 'The e-mail or the password is not right. Check both and try again.',
  email_taken:
    'There is already an account with this e-mail. Log in instead, or use another e-mail.',
  weak_password:
    'This password is too easy to guess. Use at least 10 characters; a few unrelated words work well.',
  link_expired: 'This took too long, or is done already. Sign in with Google again.',
  identity_taken: 'This Google account is connected to another account of Legible already.',
  token_expired: 'Your session has ended. Log in again to go on.',
  session_ended: 'Your session has ended. Log in again to go on.',
  not_authenticated: 'Log in to go on.',
  unsupported_format:
    'This kind of file cannot be read. Send a JPEG, PNG, WebP, GIF, BMP, TIFF, AVIF, HEIC or PDF.',
  not_ready: 'Legible is not ready yet. Try again in a moment.',
  busy: 'Many pictures are being read right now. Try again in a few seconds.',
  not_an_image:
    'This file is not a picture, whatever its name says. Send a photo, a scan or a PDF.',
  truncated:
    'This file is damaged or part of it is missing. Send it again, or take the picture anew.',
  nothing_written:
    'The picture is too small to hold writing. Send it at its full size, or take it anew.',
  not_found: 'It is not here. It may have been deleted, or it belongs to another account.',
  server_error: 'Something went wrong on our side. Try again in a moment.',
}

export function errorText(error: unknown): string {
  if (!(error instanceof ApiError))
    return 'Something went wrong on this page. Reload it and try again.'
  return sentences[error.code] ?? (error.message || 'Something went wrong. Try again in a moment.')
}

/** The message for one form field, when the service named that field. */
export function fieldErrorText(error: unknown, field: string): string | undefined {
  if (!(error instanceof ApiError)) return undefined
  return error.fields.find((entry) => entry.field.split('.').at(-1) === field)?.message
}
