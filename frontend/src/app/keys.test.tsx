import { screen, waitFor, within } from '@testing-library/react'
import { HttpResponse } from 'msw'
import { expect, test } from 'vitest'
import type { ApiKey, NewApiKey } from '@/api/types'
import { answers, json } from '@/testing/answers'
import { renderRoute } from '@/testing/render-route'
import { server } from '@/testing/server'

function apiKey(changes: Partial<ApiKey> = {}): ApiKey {
  return {
    id: 'k1',
    name: 'Post room scanner',
    prefix: 'lgb_4Qm0ZtPa',
    scopes: ['read', 'write'],
    created_at: '2026-01-31T12:00:00Z',
    expires_at: null,
    last_used_at: null,
    ...changes,
  }
}

const secret = `lgb_${'4'.repeat(49)}`

test('without keys the page says what they are for; one is made and shown once', async () => {
  const keys: ApiKey[] = []
  const asked: NewApiKey[] = []
  server.use(
    answers.keys(() => json.keys(keys)),
    answers.createKey((body) => {
      asked.push(body)
      keys.push(apiKey({ name: body.name, scopes: body.scopes }))
      return json.madeKey({ ...apiKey({ name: body.name, scopes: body.scopes }), key: secret })
    }),
  )
  const { user } = renderRoute('/account/keys', { as: 'ada' })
  expect(await screen.findByText(/without your password/)).toBeVisible()
  await user.click(screen.getByRole('button', { name: 'Make your first key' }))
  const dialog = await screen.findByRole('dialog', { name: 'New API key' })
  await user.type(within(dialog).getByLabelText('Name'), 'Post room scanner')
  await user.click(within(dialog).getByRole('checkbox', { name: 'Read' }))
  await user.click(within(dialog).getByRole('button', { name: 'Make the key' }))

  expect(await screen.findByText(secret)).toBeVisible()
  expect(asked).toMatchObject([{ name: 'Post room scanner', scopes: ['write'] }])
  const days = (new Date(asked[0]?.expires_at ?? 0).getTime() - Date.now()) / 86_400_000
  expect(Math.round(days)).toBe(90)
  expect(screen.getByLabelText('Example: curl')).toHaveTextContent(`Bearer ${secret}`)
  await user.click(screen.getByRole('tab', { name: 'Python' }))
  expect(screen.getByLabelText('Example: Python')).toHaveTextContent('service.read("card.jpg")')

  // Only the button leads on: a stray key must not take away what is shown once.
  await user.keyboard('{Escape}')
  expect(screen.getByText(secret)).toBeVisible()
  await user.click(screen.getByRole('button', { name: 'I have kept it' }))
  await waitFor(() => expect(screen.queryByText(secret)).toBeNull())
  expect(screen.getByRole('heading', { name: 'Post room scanner' })).toBeVisible()
})

test('a key without a scope is not asked for', async () => {
  server.use(answers.keys(() => json.keys([])))
  const { user } = renderRoute('/account/keys', { as: 'ada' })
  await user.click(await screen.findByRole('button', { name: 'Make your first key' }))
  const dialog = await screen.findByRole('dialog')
  await user.type(within(dialog).getByLabelText('Name'), 'Nothing')
  await user.click(within(dialog).getByRole('checkbox', { name: 'Read' }))
  await user.click(within(dialog).getByRole('checkbox', { name: 'Write' }))
  await user.click(within(dialog).getByRole('button', { name: 'Make the key' }))
  expect(await within(dialog).findByText('Choose at least one.')).toBeVisible()
})

test('a key that never expires is asked for without an end', async () => {
  const asked: NewApiKey[] = []
  server.use(
    answers.keys(() => json.keys([])),
    answers.createKey((body) => {
      asked.push(body)
      return json.problem(409, 'too_many_keys', 'An account may have 20 keys.')
    }),
  )
  const { user } = renderRoute('/account/keys', { as: 'ada' })
  await user.click(await screen.findByRole('button', { name: 'Make your first key' }))
  const dialog = await screen.findByRole('dialog')
  await user.type(within(dialog).getByLabelText('Name'), 'For good')
  await user.click(within(dialog).getByRole('combobox', { name: 'Expires' }))
  await user.click(await screen.findByRole('option', { name: 'Never', hidden: true }))
  await user.click(within(dialog).getByRole('button', { name: 'Make the key' }))

  expect(await within(dialog).findByText('An account may have 20 keys.')).toBeVisible()
  expect(asked).toEqual([{ name: 'For good', scopes: ['read', 'write'], expires_at: null }])
})

test('keys tell what they may, when they were used and when they end', async () => {
  const day = 86_400_000
  server.use(
    answers.keys(() =>
      json.keys([
        apiKey({
          id: 'a',
          name: 'Ends soon',
          expires_at: new Date(Date.now() + 3.5 * day).toISOString(),
        }),
        apiKey({
          id: 'b',
          name: 'Has ended',
          scopes: ['read'],
          expires_at: '2026-02-01T00:00:00Z',
        }),
        apiKey({ id: 'c', name: 'For good' }),
      ]),
    ),
  )
  renderRoute('/account/keys', { as: 'ada' })
  const row = async (name: string) => {
    const item = (await screen.findByRole('heading', { name })).closest('li')
    if (!item) throw new Error(`no row of ${name}`)
    return within(item)
  }
  expect((await row('Ends soon')).getByText(/, in 3 days$/)).toBeVisible()
  expect((await row('Has ended')).getByText(/^Expired on/)).toBeVisible()
  expect((await row('Has ended')).queryByText('Sends pictures')).toBeNull()
  expect((await row('For good')).getByText('Never')).toBeVisible()
  expect((await row('For good')).getByText('Not yet')).toBeVisible()
})

test('a key is renamed, and another revoked after a yes', async () => {
  let keys = [apiKey(), apiKey({ id: 'k2', name: 'Old script' })]
  server.use(
    answers.keys(() => json.keys(keys)),
    answers.renameKey((id, { name }) => {
      keys = keys.map((key) => (key.id === id ? { ...key, name } : key))
      return HttpResponse.json(keys.find((key) => key.id === id))
    }),
    answers.revokeKey((id) => {
      keys = keys.filter((key) => key.id !== id)
      return new HttpResponse(null, { status: 204 })
    }),
  )
  const { user } = renderRoute('/account/keys', { as: 'ada' })
  await user.click(await screen.findByRole('button', { name: 'Rename Post room scanner' }))
  const name = within(await screen.findByRole('dialog')).getByLabelText('Name')
  await user.clear(name)
  await user.type(name, 'Scanner{Enter}')
  expect(await screen.findByRole('heading', { name: 'Scanner' })).toBeInTheDocument()
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull())

  await user.click(screen.getByRole('button', { name: 'Revoke Old script' }))
  const dialog = await screen.findByRole('dialog', { name: 'Revoke this key?' })
  expect(keys).toHaveLength(2)
  await user.click(within(dialog).getByRole('button', { name: 'Revoke' }))
  expect(await screen.findByText(/^Old script is revoked/)).toBeVisible()
  expect(keys.map(({ id }) => id)).toEqual(['k1'])
  // The button that had the focus is gone.
  await waitFor(() => expect(screen.getByRole('heading', { name: 'API keys' })).toHaveFocus())
})

test('at the limit no key can be made, and the page says why', async () => {
  server.use(
    answers.keys(() =>
      json.keys(Array.from({ length: 20 }, (_, index) => apiKey({ id: `k${index}` }))),
    ),
  )
  renderRoute('/account/keys', { as: 'ada' })
  expect(await screen.findByText(/You have 20 keys/)).toBeVisible()
  expect(screen.getByRole('button', { name: 'New key' })).toBeDisabled()
})

test('the pages of the account lead to each other', async () => {
  server.use(
    answers.keys(() => json.keys([])),
    answers.devices(() => HttpResponse.json({ items: [] })),
  )
  const { user, router } = renderRoute('/account/keys', { as: 'ada' })
  const nav = within(await screen.findByRole('navigation', { name: 'Account' }))
  expect(nav.getByRole('link', { current: 'page' })).toHaveTextContent('API keys')
  await user.click(nav.getByRole('link', { name: 'Profile' }))
  await waitFor(() => expect(router.state.location.pathname).toBe('/account'))
  await waitFor(() =>
    expect(nav.getByRole('link', { current: 'page' })).toHaveTextContent('Profile'),
  )
})
