import type { AuditAction, AuditEvent, AuditPerson } from '@/api/types'

/** What each kind of event is called where one is chosen. */
export const actionNames: Record<AuditAction, string> = {
  registered: 'Account made',
  login: 'Log-in',
  login_failed: 'Failed log-in',
  logout: 'Log-out',
  sessions_ended: 'Sessions ended',
  password_changed: 'Password changed',
  password_reset: 'Password reset',
  email_changed: 'E-mail address changed',
  email_verified: 'E-mail address confirmed',
  google_linked: 'Google connected',
  google_unlinked: 'Google disconnected',
  key_created: 'API key made',
  key_changed: 'API key renamed',
  key_revoked: 'API key revoked',
  data_downloaded: 'Data downloaded',
  reading_deleted: 'Reading deleted',
  account_deleted: 'Account deleted',
  plan_changed: 'Plan changed',
  admin_granted: 'Admin made',
  admin_revoked: 'Admin no longer',
  user_frozen: 'Account frozen',
  user_unfrozen: 'Account opened again',
}

export function isAction(text: string): text is AuditAction {
  return Object.hasOwn(actionNames, text)
}

type People = ReadonlyMap<string, AuditPerson>
type Tell = (who: string, whose: string, event: AuditEvent) => string

const sentences: Record<AuditAction, Tell> = {
  registered: (who, _, event) =>
    isByGoogle(event) ? `${who} made an account with Google.` : `${who} made an account.`,
  login: (who, _, event) =>
    isByGoogle(event) ? `${who} logged in with Google.` : `${who} logged in.`,
  login_failed: failedLogIn,
  logout: (who) => `${who} logged out.`,
  sessions_ended: (who, whose, { details }) =>
    details.reason === 'used twice'
      ? `A session of ${whose} was ended, because its refresh token was used twice. Somebody may have copied it.`
      : `${who} ended sessions on other devices.`,
  password_changed: (who) => `${who} changed the password.`,
  password_reset: (who) => `${who} set a new password by a link from a mail.`,
  email_changed: (who) => `${who} changed the e-mail address.`,
  email_verified: (who) => `${who} confirmed the e-mail address.`,
  google_linked: (who) => `${who} connected a Google account.`,
  google_unlinked: (who) => `${who} disconnected a Google account.`,
  key_created: (who, _, { details }) =>
    typeof details.scopes === 'string'
      ? `${who} made an API key (${details.scopes.split(' ').join(', ')}).`
      : `${who} made an API key.`,
  key_changed: (who) => `${who} renamed an API key.`,
  key_revoked: (who) => `${who} revoked an API key.`,
  data_downloaded: (who) => `${who} downloaded all data of the account.`,
  reading_deleted: (who, _, { details }) =>
    details.by_key === undefined
      ? `${who} deleted a reading.`
      : `A program with an API key of ${who} deleted a reading.`,
  account_deleted: (who) => `${who} deleted the account.`,
  plan_changed: (_, whose, { details }) =>
    typeof details.plan === 'string'
      ? `The plan of ${whose} was changed to “${details.plan}” on the server.`
      : `The plan of ${whose} was changed on the server.`,
  admin_granted: (_, whose) => `On the server, ${whose} was made an admin.`,
  admin_revoked: (_, whose) => `On the server, ${whose} was made an ordinary user again.`,
  user_frozen: (who, whose) => `${who} froze the account of ${whose}.`,
  user_unfrozen: (who, whose) => `${who} opened the account of ${whose} again.`,
}

/** An event as a sentence. A kind that this page does not know is told by its name. */
export function sentenceOf(event: AuditEvent, people: People): string {
  const whose = nameOf(event.user_id, people, 'an account that is not known')
  const who = nameOf(event.actor_id, people, 'Somebody')
  if (!isAction(event.action)) return `Something this page has no words for: ${event.action}.`
  const sentence = sentences[event.action](who, whose, event)
  return sentence.startsWith(deleted) ? `A${sentence.slice(1)}` : sentence
}

/** What an admin gave as the reason, if anything. */
export function reasonOf({ action, details }: AuditEvent): string | undefined {
  const isFreezing = action === 'user_frozen' || action === 'user_unfrozen'
  return isFreezing && typeof details.reason === 'string' ? details.reason : undefined
}

const deleted = 'a deleted account'

/** The address they log in with, which is theirs alone; a deleted account is told by the end of its id. */
export function nameOf(id: string | null, people: People, otherwise: string): string {
  if (id === null) return otherwise
  return people.get(id)?.email ?? `${deleted} (…${id.slice(-6)})`
}

const googleProblems: Partial<Record<string, (whose: string) => string>> = {
  email_unverified: (whose) =>
    `Google has not confirmed the e-mail address that ${whose} wanted to log in with.`,
  account_frozen: (whose) => `${whose} tried to log in with Google, but the account is frozen.`,
  identity_taken: (whose) =>
    `${whose} tried to connect a Google account that belongs to another account here.`,
}

function failedLogIn(_: string, whose: string, event: AuditEvent): string {
  const { reason } = event.details
  if (isByGoogle(event)) {
    const tell = typeof reason === 'string' ? googleProblems[reason] : undefined
    const name = event.user_id === null ? 'Somebody' : whose
    return tell?.(name) ?? `${name} could not log in with Google.`
  }
  if (reason === 'frozen') return `${whose} tried to log in, but the account is frozen.`
  if (reason === 'asked again') return `${whose} gave a wrong password when asked for it once more.`
  return event.user_id === null
    ? 'Somebody tried to log in with an e-mail address that has no account.'
    : `Somebody gave a wrong password for ${whose}.`
}

function isByGoogle({ details }: AuditEvent): boolean {
  return details.method === 'google'
}
