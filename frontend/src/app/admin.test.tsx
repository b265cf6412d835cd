import { act, screen, waitFor, within } from '@testing-library/react'
import { HttpResponse } from 'msw'
import { expect, test } from 'vitest'
import { updateUser } from '@/api/session'
import type { AdminUser, AuditEvent, AuditList } from '@/api/types'
import { ada, answers, json } from '@/testing/answers'
import { renderRoute } from '@/testing/render-route'
import { server } from '@/testing/server'

function account(name: string, changes: Partial<AdminUser> = {}): AdminUser {
  return {
    id: `0197c7c0-0000-7000-8000-${name.padStart(12, '0').replace(/[^\da-f]/g, '0')}`,
    email: `${name}@example.org`,
    name,
    role: 'user',
    created_at: '2026-01-31T12:00:00Z',
    frozen_at: null,
    email_verified: true,
    plan: 'free',
    pages_this_month: 12,
    included_pages: 1000,
    ...changes,
  }
}

function event(changes: Partial<AuditEvent> = {}): AuditEvent {
  return {
    id: '0197c7c0-0000-7000-8000-0000000000e1',
    created_at: '2026-01-31T12:00:00Z',
    action: 'login',
    actor_id: ada.user.id,
    user_id: ada.user.id,
    object_id: null,
    address: '127.0.0.1',
    request_id: 'abc',
    details: {},
    ...changes,
  }
}

function serveUsers(parts: Record<string, AdminUser[]>) {
  const asked: URLSearchParams[] = []
  server.use(
    answers.adminUsers((request) => {
      const search = new URL(request.url).searchParams
      asked.push(search)
      const names = Object.keys(parts)
      const index = names.indexOf(search.get('cursor') ?? '')
      return HttpResponse.json({
        items: parts[names[index] ?? ''] ?? [],
        next_cursor: names[index + 1] ?? null,
      })
    }),
  )
  return asked
}

test.each([403, 404])('for who gets %i there is no page', async (status) => {
  server.use(answers.adminUsers(() => json.problem(status, 'not_found')))
  renderRoute('/admin/audit', { as: 'ada' })
  expect(await screen.findByRole('heading', { name: 'There is no page here' })).toBeVisible()
})

test('a gate that cannot be asked offers to try again', async () => {
  let isDown = true
  server.use(
    answers.adminUsers(() =>
      isDown
        ? json.problem(500, 'internal_error', 'Something went wrong on our side.')
        : HttpResponse.json({ items: [], next_cursor: null }),
    ),
  )
  const { user } = renderRoute('/admin', { as: 'ada' })
  const again = await screen.findByRole('button', { name: 'Try again' })
  isDown = false
  await user.click(again)
  expect(await screen.findByText(/^No account matches/)).toBeVisible()
})

test('accounts come in parts, with plan, pages and what they are', async () => {
  const asked = serveUsers({
    '': [account('root', { role: 'admin' }), account('eve', { frozen_at: '2026-02-01T00:00:00Z' })],
    more: [account('bob', { email_verified: false })],
  })
  const { user } = renderRoute('/admin', { as: 'ada' })
  expect(await screen.findByText('More than 2 accounts')).toBeVisible()
  const [root, eve] = screen.getAllByRole('listitem').filter((one) => one.dataset.frozen)
  expect(root).toHaveTextContent('Admin')
  expect(within(root ?? document.body).queryByRole('button', { name: /^Freeze/ })).toBeNull()
  expect(eve).toHaveTextContent('Frozen')
  expect(eve).toHaveTextContent('12 of 1,000')
  await user.click(screen.getByRole('button', { name: 'Show more' }))
  expect(await screen.findByText('3 accounts')).toBeVisible()
  expect(screen.getByText(/not confirmed/)).toBeVisible()
  expect(asked.at(-1)?.get('cursor')).toBe('more')

  await user.type(screen.getByLabelText('Name or e-mail contains'), ' eve ')
  await waitFor(() => expect(asked.at(-1)?.get('search')).toBe('eve'))
})

test('freezing wants a reason, and shows it where the account is listed', async () => {
  serveUsers({ '': [account('eve')] })
  const bodies: unknown[] = []
  const frozen = { frozen_at: '2026-02-01T00:00:00Z' }
  server.use(
    answers.freeze(async (request) => {
      bodies.push(await request.json())
      return HttpResponse.json(account('eve', frozen))
    }),
    answers.unfreeze(() => json.problem(500, 'internal_error', 'Not now.')),
  )
  const { user } = renderRoute('/admin', { as: 'ada' })
  await user.click(await screen.findByRole('button', { name: 'Freeze eve@example.org' }))
  const dialog = await screen.findByRole('dialog')
  await user.click(within(dialog).getByRole('button', { name: 'Freeze' }))
  expect(await within(dialog).findByText(/^Say why/)).toBeVisible()
  expect(bodies).toEqual([])
  await user.type(within(dialog).getByLabelText(/^Reason/), ' Too many pages.{Enter}')
  expect(await screen.findByText('The account of eve@example.org is frozen.')).toBeVisible()
  expect(bodies).toEqual([{ reason: 'Too many pages.' }])

  await user.click(screen.getByRole('button', { name: 'Unfreeze eve@example.org' }))
  const second = await screen.findByRole('dialog', { name: 'Open this account again?' })
  await user.type(within(second).getByLabelText(/^Reason/), 'A mistake.')
  await user.click(within(second).getByRole('button', { name: 'Unfreeze' }))
  expect(await within(second).findByText('Not now.')).toBeVisible()
})

test('the log is filtered by what stands in the address, and names people', async () => {
  const asked: string[] = []
  serveUsers({ '': [account('eve')] })
  const eve = account('eve')
  server.use(
    answers.adminUser(() => HttpResponse.json(eve)),
    answers.audit((request) => {
      asked.push(new URL(request.url).search)
      const { id, name, email } = eve
      return HttpResponse.json<AuditList>({
        items: [event({ actor_id: id, user_id: id })],
        people: [{ id, name, email }],
        next_cursor: null,
      })
    }),
  )
  const address = `/admin/audit?person=${eve.id}&action=login&from=2026-02-28&to=2026-02-28`
  const { user, router } = renderRoute(address, { as: 'ada' })
  expect(await screen.findByText('eve@example.org logged in.')).toBeVisible()
  expect(asked[0]).toBe(
    `?limit=50&user_id=${eve.id}&action=login&since=2026-02-28T00%3A00%3A00Z&until=2026-03-01T00%3A00%3A00Z`,
  )
  await waitFor(() =>
    expect(screen.getByRole('combobox', { name: 'Person' })).toHaveValue('eve@example.org'),
  )
  await user.click(screen.getByRole('button', { name: 'Clear' }))
  await waitFor(() => expect(asked.at(-1)).toBe('?limit=50'))
  expect(router.state.location.search).toBe('')
})

test.each([
  ['user', false],
  ['admin', true],
] as const)('the menu of a %s leads to the pages for admins: %s', async (role, isThere) => {
  server.use(answers.networks(() => HttpResponse.json({ items: [] })))
  const { user } = renderRoute('/models', { as: 'ada' })
  act(() => updateUser({ ...ada.user, role }))
  await user.click(await screen.findByRole('button', { name: /^Account of/ }))
  // The dropdown is laid out where it stays hidden without a browser.
  expect(await screen.findByRole('link', { name: 'Models', hidden: true })).toBeInTheDocument()
  expect(screen.queryAllByRole('link', { name: 'Admin', hidden: true })).toHaveLength(
    isThere ? 1 : 0,
  )
})
