import { expect, test } from 'vitest'
import type { AuditEvent } from '@/api/types'
import { momentsOf, readFilter } from '@/features/admin/audit-filter'
import { actionNames, reasonOf, sentenceOf } from '@/features/admin/audit-words'

const eve = { id: 'e', email: 'eve@example.org', name: 'Eve' }
const root = { id: 'r', email: 'root@example.org', name: 'Root' }
const people = new Map([eve, root].map((person) => [person.id, person]))

function event(action: string, changes: Partial<AuditEvent> = {}): AuditEvent {
  return {
    id: '1',
    created_at: '2026-01-31T12:00:00Z',
    action,
    actor_id: 'e',
    user_id: 'e',
    object_id: null,
    address: null,
    request_id: null,
    details: {},
    ...changes,
  }
}

test.each([
  ['user_frozen', { actor_id: 'r' }, 'root@example.org froze the account of eve@example.org.'],
  ['login_failed', { actor_id: null }, 'Somebody gave a wrong password for eve@example.org.'],
  [
    'login_failed',
    { actor_id: null, user_id: null },
    'Somebody tried to log in with an e-mail address that has no account.',
  ],
  [
    'login_failed',
    { details: { reason: 'frozen' } },
    'eve@example.org tried to log in, but the account is frozen.',
  ],
  [
    'login_failed',
    { user_id: null, actor_id: null, details: { method: 'google', reason: 'denied' } },
    'Somebody could not log in with Google.',
  ],
  [
    'key_created',
    { details: { scopes: 'read write' } },
    'eve@example.org made an API key (read, write).',
  ],
  [
    'plan_changed',
    { actor_id: null, details: { plan: 'team' } },
    'The plan of eve@example.org was changed to “team” on the server.',
  ],
  [
    'account_deleted',
    { actor_id: '0000-123456', user_id: '0000-123456' },
    'A deleted account (…123456) deleted the account.',
  ],
  ['danced', {}, 'Something this page has no words for: danced.'],
] satisfies [string, Partial<AuditEvent>, string][])('%s with %o', (action, changes, sentence) => {
  expect(sentenceOf(event(action, changes), people)).toBe(sentence)
})

test('every kind is a whole sentence that names who it is about', () => {
  for (const action of Object.keys(actionNames)) {
    expect(sentenceOf(event(action), people)).toMatch(/^[A-Za-z].*example\.org.*\.$/)
  }
})

test('only a freezing has a reason to show', () => {
  const details = { reason: 'Too many pages.' }
  expect(reasonOf(event('user_frozen', { details }))).toBe('Too many pages.')
  expect(reasonOf(event('login_failed', { details }))).toBeUndefined()
})

test('what is no filter is left out, and the last day is whole', () => {
  const search = new URLSearchParams('person=7&action=danced&from=yesterday&to=2026-12-31')
  const filter = readFilter(search)
  expect(filter).toEqual({ to: '2026-12-31' })
  expect(momentsOf(filter)).toEqual({ until: '2027-01-01T00:00:00Z' })
})
