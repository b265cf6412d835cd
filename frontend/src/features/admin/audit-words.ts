import type { MessageDescriptor } from '@lingui/core'
import { msg, t } from '@lingui/core/macro'
import type { AuditAction, AuditEvent, AuditPerson } from '@/api/types'

/** What each kind of event is called where one is chosen. */
export const actionNames: Record<AuditAction, MessageDescriptor> = {
  registered: msg`Account made`,
  login: msg`Log-in`,
  login_failed: msg`Failed log-in`,
  logout: msg`Log-out`,
  sessions_ended: msg`Sessions ended`,
  password_changed: msg`Password changed`,
  password_reset: msg`Password reset`,
  email_changed: msg`E-mail address changed`,
  email_verified: msg`E-mail address confirmed`,
  google_linked: msg`Google connected`,
  google_unlinked: msg`Google disconnected`,
  key_created: msg`API key made`,
  key_changed: msg`API key renamed`,
  key_revoked: msg`API key revoked`,
  consent_given: msg`Learning allowed`,
  consent_withdrawn: msg`Learning no longer allowed`,
  correction_decided: msg`Correction decided`,
  data_downloaded: msg`Data downloaded`,
  reading_deleted: msg`Reading deleted`,
  account_deleted: msg`Account deleted`,
  plan_changed: msg`Plan changed`,
  admin_granted: msg`Admin made`,
  admin_revoked: msg`Admin no longer`,
  user_frozen: msg`Account frozen`,
  user_unfrozen: msg`Account opened again`,
  model_activated: msg`Network activated`,
  model_rolled_back: msg`Network rolled back`,
  challenger_started: msg`Challenger started`,
  challenger_ended: msg`Challenger ended`,
}

export function isAction(text: string): text is AuditAction {
  return Object.hasOwn(actionNames, text)
}

type People = ReadonlyMap<string, AuditPerson>
type Details = AuditEvent['details']

interface Told {
  /** Who did it, to begin a sentence with. */
  who: string
  /** Whom it happened to, to begin a sentence with. */
  owner: string
  /** Whom it happened to, within a sentence. */
  whose: string
  hasOwner: boolean
  details: Details
}

const sentences: Record<AuditAction, (told: Told) => string> = {
  registered: ({ who, details }) =>
    isByGoogle(details) ? t`${who} made an account with Google.` : t`${who} made an account.`,
  login: ({ who, details }) =>
    isByGoogle(details) ? t`${who} logged in with Google.` : t`${who} logged in.`,
  login_failed: (told) => (isByGoogle(told.details) ? failedGoogle(told) : failedPassword(told)),
  logout: ({ who }) => t`${who} logged out.`,
  sessions_ended: ({ who, whose, details }) =>
    details.reason === 'used twice'
      ? t`A session of ${whose} was ended, because its refresh token was used twice. Somebody may have copied it.`
      : t`${who} ended sessions on other devices.`,
  password_changed: ({ who }) => t`${who} changed the password.`,
  password_reset: ({ who }) => t`${who} set a new password by a link from a mail.`,
  email_changed: ({ who }) => t`${who} changed the e-mail address.`,
  email_verified: ({ who }) => t`${who} confirmed the e-mail address.`,
  google_linked: ({ who }) => t`${who} connected a Google account.`,
  google_unlinked: ({ who }) => t`${who} disconnected a Google account.`,
  key_created: ({ who, details }) => {
    if (typeof details.scopes !== 'string') return t`${who} made an API key.`
    const scopes = details.scopes.split(' ').join(', ')
    return t`${who} made an API key (${scopes}).`
  },
  key_changed: ({ who }) => t`${who} renamed an API key.`,
  key_revoked: ({ who }) => t`${who} revoked an API key.`,
  consent_given: ({ who }) => t`${who} allowed the networks to learn from corrections.`,
  consent_withdrawn: ({ who }) =>
    t`${who} no longer allows the networks to learn from corrections.`,
  correction_decided: ({ who, whose, details: { verdict } }) =>
    verdict === 'use'
      ? t`${who} decided that a correction of ${whose} is learned from.`
      : t`${who} decided that a correction of ${whose} is left out.`,
  data_downloaded: ({ who }) => t`${who} downloaded all data of the account.`,
  reading_deleted: ({ who, whose, details }) =>
    details.by_key === undefined
      ? t`${who} deleted a reading.`
      : t`A program with an API key of ${whose} deleted a reading.`,
  account_deleted: ({ who }) => t`${who} deleted the account.`,
  plan_changed: ({ whose, details: { plan } }) =>
    typeof plan === 'string'
      ? t`The plan of ${whose} was changed to “${plan}” on the server.`
      : t`The plan of ${whose} was changed on the server.`,
  admin_granted: ({ whose }) => t`On the server, ${whose} was made an admin.`,
  admin_revoked: ({ whose }) => t`On the server, ${whose} was made an ordinary user again.`,
  user_frozen: ({ who, whose }) => t`${who} froze the account of ${whose}.`,
  user_unfrozen: ({ who, whose }) => t`${who} opened the account of ${whose} again.`,
  model_activated: ({ who, details }) => {
    const network = networkOf(details)
    return isByCommand(details)
      ? t`On the server, the network ${network} was made the one that reads.`
      : t`${who} made the network ${network} the one that reads.`
  },
  model_rolled_back: ({ who, details }) => {
    const network = networkOf(details)
    return isByCommand(details)
      ? t`On the server, the network ${network} was brought back.`
      : t`${who} went back to the network ${network}.`
  },
  challenger_started: ({ who, details }) => {
    const network = networkOf(details)
    return isByCommand(details)
      ? t`On the server, the network ${network} was made to read along.`
      : t`${who} let the network ${network} read along.`
  },
  challenger_ended: ({ who, details }) => {
    const network = networkOf(details)
    return isByCommand(details)
      ? t`On the server, the network ${network} was stopped from reading along.`
      : t`${who} stopped the network ${network} from reading along.`
  },
}

/** An event as a sentence. A kind that this page does not know is told by its name. */
export function sentenceOf(event: AuditEvent, people: People): string {
  const { action, actor_id, user_id, details } = event
  if (!isAction(action)) return t`Something this page has no words for: ${action}.`
  return sentences[action]({
    who: firstName(actor_id, people),
    owner: firstName(user_id, people),
    whose: innerName(user_id, people),
    hasOwner: user_id !== null,
    details,
  })
}

/** What an admin gave as the reason, if anything. */
export function reasonOf({ action, details }: AuditEvent): string | undefined {
  const isFreezing = action === 'user_frozen' || action === 'user_unfrozen'
  return isFreezing && typeof details.reason === 'string' ? details.reason : undefined
}

/**
 * The address they log in with, which is theirs alone; a deleted account is told by the end of its id. These are the
 * words that begin a sentence; those within one differ, in other languages by their case too.
 */
function firstName(id: string | null, people: People): string {
  if (id === null) return t`Somebody`
  const end = id.slice(-6)
  return people.get(id)?.email ?? t`A deleted account (…${end})`
}

function innerName(id: string | null, people: People): string {
  if (id === null) {
    return t({
      message: 'an account that is not known',
      comment: 'Within sentences, mostly after “of”: The plan of … was changed on the server.',
    })
  }
  const end = id.slice(-6)
  const deleted = t({
    message: `a deleted account (…${end})`,
    comment: 'Within sentences, mostly after “of”: The plan of … was changed on the server.',
  })
  return people.get(id)?.email ?? deleted
}

function failedPassword({ owner, whose, hasOwner, details: { reason } }: Told): string {
  if (reason === 'frozen') return t`${owner} tried to log in, but the account is frozen.`
  if (reason === 'asked again') {
    return t`${owner} gave a wrong password when asked for it once more.`
  }
  return hasOwner
    ? t`Somebody gave a wrong password for ${whose}.`
    : t`Somebody tried to log in with an e-mail address that has no account.`
}

function failedGoogle({ owner, whose, hasOwner, details: { reason } }: Told): string {
  switch (reason) {
    case 'email_unverified':
      return hasOwner
        ? t`Google has not confirmed the e-mail address that ${whose} wanted to log in with.`
        : t`Google has not confirmed the e-mail address that somebody wanted to log in with.`
    case 'account_frozen':
      return t`${owner} tried to log in with Google, but the account is frozen.`
    case 'identity_taken':
      return t`${owner} tried to connect a Google account that belongs to another account here.`
    default:
      return t`${owner} could not log in with Google.`
  }
}

function isByGoogle({ method }: Details): boolean {
  return method === 'google'
}

function isByCommand({ by }: Details): boolean {
  return by === 'command line'
}

/** Which network, and in which version. */
function networkOf({ name, version }: Details): string {
  return [name, version].filter((part) => typeof part === 'string').join(' ')
}
