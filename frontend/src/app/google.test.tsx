import { screen } from '@testing-library/react'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { expectSession, receiveSession } from '@/api/access'
import { getSession } from '@/api/session'
import { ada, answers, json } from '@/testing/answers'
import { renderRoute } from '@/testing/render-route'
import { server } from '@/testing/server'

const offered = answers.providers(() => json.providers('google'))
const waiting = { email: 'ada@example.org', next: '/readings' }

beforeEach(() => sessionStorage.clear())
afterEach(() => {
  window.history.replaceState(null, '', '/')
  vi.restoreAllMocks()
})

test.each([
  ['/login?next=%2Freadings%3Fstatus%3Dread', 'Sign in with Google', '/readings?status=read'],
  ['/register', 'Sign up with Google', '/read'],
  ['/login?next=%2F%2Fevil.example', 'Sign in with Google', '/read'],
])('%s offers Google where the service does', async (path, name, next) => {
  server.use(offered)
  renderRoute(path, { as: 'nobody' })

  const link = await screen.findByRole('link', { name })
  expect(link).toHaveAttribute('href', `/api/v1/auth/google/start?next=${encodeURIComponent(next)}`)
})

test.each([
  ['nothing is offered', () => json.providers()],
  ['the service does not say', () => json.problem(500, 'internal_error')],
])('there is no button when %s', async (_, answer) => {
  let asked = false
  server.use(
    answers.providers(() => {
      asked = true
      return answer()
    }),
  )
  renderRoute('/login', { as: 'nobody' })

  await screen.findByRole('button', { name: 'Log in' })
  await vi.waitFor(() => expect(asked).toBe(true))
  expect(screen.queryByRole('link', { name: /Google/ })).toBeNull()
})

test.each([
  ['denied', /did not let Google/],
  ['state_mismatch', /not begun in this browser/],
  ['expired', /took too long/],
  ['provider_unavailable', /does not answer/],
  ['sign_in_failed', /did not work/],
  ['email_unverified', /has not verified/],
  ['account_frozen', /is frozen/],
  ['identity_taken', /another account/],
  ['constructor', /^The sign-in did not work/],
])('the problem %s is told in plain words', async (code, words) => {
  renderRoute(`/login?problem=${code}`, { as: 'nobody' })

  expect(await screen.findByRole('alert')).toHaveTextContent(words)
})

test('back from Google the tab takes the session that was begun', async () => {
  server.use(answers.refresh(() => json.session(ada)))
  window.history.replaceState(null, '', '/read')
  expectSession()

  await receiveSession()

  expect(getSession()).toMatchObject({ status: 'active', user: ada.user })
})

test('a visitor who comes from nowhere is not asked for a session', async () => {
  const asked = vi.fn(() => json.session(ada))
  server.use(answers.refresh(asked))

  await receiveSession()

  expect(asked).not.toHaveBeenCalled()
  expect(getSession().status).toBe('anonymous')
})

test('back on the log-in page no session is looked for, then or later', async () => {
  const asked = vi.fn(() => json.session(ada))
  server.use(answers.refresh(asked))
  window.history.replaceState(null, '', '/login?problem=denied')
  expectSession()

  await receiveSession()
  window.history.replaceState(null, '', '/read')
  await receiveSession()

  expect(asked).not.toHaveBeenCalled()
})

test('a session that did not begin leaves nobody logged in', async () => {
  server.use(answers.refresh(() => json.problem(401, 'session_ended')))
  expectSession()

  await receiveSession()

  expect(getSession().status).toBe('anonymous')
})

test('the password connects the accounts and leads on', async () => {
  let sent: unknown
  let proof: string | null = null
  server.use(
    answers.pendingLink(() => json.pendingLink(waiting)),
    answers.link(async (request) => {
      sent = await request.json()
      proof = request.headers.get('X-Requested-With')
      return json.session(ada)
    }),
    answers.list(() => json.list([])),
  )
  const { user, router } = renderRoute('/login/link?next=%2Freadings', { as: 'nobody' })

  expect(await screen.findByText('ada@example.org')).toBeVisible()
  await user.type(screen.getByLabelText('Password'), 'nine violet kettles')
  await user.click(screen.getByRole('button', { name: 'Connect and log in' }))

  await vi.waitFor(() => expect(router.state.location.pathname).toBe('/readings'))
  expect(sent).toEqual({ password: 'nine violet kettles' })
  expect(proof).toBe('legible')
  expect(getSession().status).toBe('active')
})

test('a wrong password is told, and nothing is connected', async () => {
  server.use(
    answers.pendingLink(() => json.pendingLink(waiting)),
    answers.link(() => json.problem(401, 'wrong_credentials')),
  )
  const { user } = renderRoute('/login/link', { as: 'nobody' })

  await user.type(await screen.findByLabelText('Password'), 'something else')
  await user.click(screen.getByRole('button', { name: 'Connect and log in' }))

  expect(await screen.findByRole('alert')).toHaveTextContent(/is not right/)
  expect(getSession().status).toBe('anonymous')
})

test('a link that took too long leads back to the log-in page', async () => {
  server.use(answers.pendingLink(() => json.problem(410, 'link_expired')))
  renderRoute('/login/link', { as: 'nobody' })

  expect(await screen.findByRole('alert')).toHaveTextContent(/Sign in with Google again/)
  expect(screen.queryByLabelText('Password')).toBeNull()
  expect(screen.getByRole('link', { name: 'Back to the log-in page' })).toBeVisible()
})
