import { screen, waitFor, within } from '@testing-library/react'
import { HttpResponse } from 'msw'
import { beforeEach, expect, test } from 'vitest'
import { getSession, startSession } from '@/api/session'
import type { Identity, User } from '@/api/types'
import { ada, answers, json } from '@/testing/answers'
import { renderRoute } from '@/testing/render-route'
import { server } from '@/testing/server'

const google: Identity = {
  id: 'identity-1',
  provider: 'google',
  email: 'ada@gmail.example',
  created_at: '2026-01-31T12:00:00Z',
  last_used_at: '2026-01-31T12:00:00Z',
}

beforeEach(() => server.use(answers.devices(() => HttpResponse.json({ items: [] }))))

/** Opens the account page of Ada, as the service has her. */
async function openAccount(changes: Partial<User> = {}, path = '/account') {
  const user = { ...ada.user, ...changes }
  server.use(answers.me(() => json.user(user)))
  startSession({ ...ada, user })
  const opened = renderRoute(path, { as: 'nobody' })
  await screen.findByRole('heading', { name: 'Your account' })
  return opened
}

test('the name is changed where it stands', async () => {
  let sent: unknown
  server.use(
    answers.changeMe(async (request) => {
      sent = await request.json()
      return json.user({ ...ada.user, name: 'Ada King' })
    }),
  )
  const { user } = await openAccount()
  await user.click(screen.getByRole('button', { name: 'Change your name' }))
  expect(screen.getByLabelText('Your name')).toHaveFocus()
  await user.clear(screen.getByLabelText('Your name'))
  await user.type(screen.getByLabelText('Your name'), ' Ada King ')
  await user.click(screen.getByRole('button', { name: 'Save the name' }))

  expect(await screen.findByText('Your name is changed.')).toBeVisible()
  expect(sent).toEqual({ name: 'Ada King' })
  expect(screen.getByText('Ada King')).toBeVisible()
  expect(screen.getByRole('button', { name: 'Change your name' })).toHaveFocus()
})

test('an address that was confirmed elsewhere is shown so', async () => {
  server.use(answers.me(() => json.user(ada.user)))
  startSession({ ...ada, user: { ...ada.user, email_verified: false } })
  renderRoute('/account', { as: 'nobody' })

  expect(await screen.findByText('Confirmed')).toBeVisible()
  expect(getSession()).toMatchObject({ user: { email_verified: true } })
})

test('the mail that confirms an address is sent again', async () => {
  server.use(answers.verificationMail(() => json.done(202)))
  const { user } = await openAccount({ email_verified: false })
  expect(screen.getByText('Not confirmed yet')).toBeVisible()
  await user.click(screen.getByRole('button', { name: 'Send the mail again' }))
  expect(await screen.findByText(/Only the link in the newest one/)).toBeVisible()
})

test('another address needs the password, and a mail to it', async () => {
  let sent: unknown
  server.use(
    answers.askForEmail(async (request) => {
      sent = await request.json()
      return json.done(202)
    }),
  )
  const { user } = await openAccount()
  await user.click(screen.getByRole('button', { name: 'Change your e-mail address' }))
  await user.type(screen.getByLabelText('New e-mail'), 'ada@example.net')
  await user.type(screen.getByLabelText('Your password'), 'nine violet kettles')
  await user.click(screen.getByRole('button', { name: 'Send a mail to the new address' }))

  expect(await screen.findByText(/A mail to ada@example.net is on its way/)).toBeVisible()
  expect(sent).toEqual({ email: 'ada@example.net', password: 'nine violet kettles' })
})

test.each([
  [403, 'wrong_password', /not your password/],
  [409, 'email_taken', /another account with this e-mail/],
  [503, 'mail_not_configured', /cannot send mails/],
])('another address can be refused: %s %s', async (status, code, words) => {
  server.use(answers.askForEmail(() => json.problem(status, code)))
  const { user } = await openAccount()
  await user.click(screen.getByRole('button', { name: 'Change your e-mail address' }))
  await user.type(screen.getByLabelText('New e-mail'), 'ada@example.net')
  await user.type(screen.getByLabelText('Your password'), 'nine violet kettles')
  await user.click(screen.getByRole('button', { name: 'Send a mail to the new address' }))

  expect(await screen.findByRole('alert')).toHaveTextContent(words)
})

test('the password is changed with the one there is', async () => {
  let sent: unknown
  server.use(answers.changePassword(() => json.problem(403, 'wrong_password')))
  const { user } = await openAccount()
  await user.click(screen.getByRole('button', { name: 'Change your password' }))
  await user.type(screen.getByLabelText('Current password'), 'something else')
  await user.type(screen.getByLabelText('New password'), 'seven amber lanterns')
  await user.click(screen.getByRole('button', { name: 'Change the password' }))
  expect(await screen.findByRole('alert')).toHaveTextContent(/not your password/)
  expect(screen.getByLabelText('Current password')).toHaveAccessibleDescription(/not right/)

  server.use(
    answers.changePassword(async (request) => {
      sent = await request.json()
      return json.done()
    }),
  )
  await user.click(screen.getByRole('button', { name: 'Change the password' }))
  expect(await screen.findByText(/Your password is changed/)).toBeVisible()
  expect(sent).toEqual({
    current_password: 'something else',
    new_password: 'seven amber lanterns',
  })
})

test.each([
  [422, 'weak_password', /too easy to guess/],
  [409, 'no_password', /have no password yet/],
])('a new password can be refused: %s %s', async (status, code, words) => {
  const errors = [{ field: 'new_password', message: 'It is a common one.' }]
  server.use(answers.changePassword(() => json.problem(status, code, '', errors)))
  const { user } = await openAccount()
  await user.click(screen.getByRole('button', { name: 'Change your password' }))
  await user.type(screen.getByLabelText('Current password'), 'nine violet kettles')
  await user.type(screen.getByLabelText('New password'), '1234567890')
  await user.click(screen.getByRole('button', { name: 'Change the password' }))

  expect(await screen.findByRole('alert')).toHaveTextContent(words)
  expect(screen.getByLabelText('New password')).toHaveAccessibleDescription(/a common one/)
})

test('whoever has no password gets one by mail', async () => {
  let sent: unknown
  server.use(
    answers.identities(() => json.identities(google)),
    answers.forgotPassword(async (request) => {
      sent = await request.json()
      return json.done(202)
    }),
  )
  const { user } = await openAccount({ has_password: false })
  expect(await screen.findByText(/your only way in/)).toBeVisible()
  expect(screen.queryByRole('button', { name: /Disconnect/ })).toBeNull()
  await user.click(screen.getByRole('button', { name: 'Send me a mail to set one' }))

  expect(await screen.findByText(/lets you set a password/)).toBeVisible()
  expect(sent).toEqual({ email: 'ada@example.org' })
})

test('a Google account is connected by going there', async () => {
  let sent: unknown
  server.use(
    answers.providers(() => json.providers('google')),
    answers.connectGoogle(async (request) => {
      sent = await request.json()
      return HttpResponse.json({ url: `${window.location.origin}/#at-google` })
    }),
  )
  const { user } = await openAccount()
  await user.click(await screen.findByRole('button', { name: 'Connect Google' }))
  await user.type(await screen.findByLabelText('Your password'), 'a lamp by the window')
  await user.click(screen.getByRole('button', { name: 'Go to Google' }))

  await waitFor(() => expect(window.location.hash).toBe('#at-google'))
  expect(sent).toEqual({ next: '/account?connected=google', password: 'a lamp by the window' })
  window.history.replaceState(null, '', '/')
})

test.each([
  ['/account?connected=google', /is connected: it lets you in/],
  ['/account?connected=google&problem=identity_taken', /connected to another account/],
])('back from Google %s', async (path, words) => {
  await openAccount({}, path)
  expect(screen.getByText(words)).toBeVisible()
})

test('without Google nothing is said of it', async () => {
  await openAccount()
  await screen.findByText('Confirmed')
  expect(screen.queryByText(/Google/)).toBeNull()
})

test('a Google account is disconnected after asking', async () => {
  let connected = [google]
  server.use(
    answers.identities(() => json.identities(...connected)),
    answers.disconnect(() => json.problem(409, 'only_way_in')),
  )
  const { user } = await openAccount()
  await user.click(await screen.findByRole('button', { name: 'Disconnect ada@gmail.example' }))
  const dialog = await screen.findByRole('dialog', { name: 'Disconnect ada@gmail.example?' })
  await user.click(within(dialog).getByRole('button', { name: 'Disconnect' }))
  expect(await within(dialog).findByRole('alert')).toHaveTextContent(/Set a password first/)

  server.use(
    answers.disconnect((id) => {
      connected = connected.filter((each) => each.id !== id)
      return json.done()
    }),
  )
  await user.click(within(dialog).getByRole('button', { name: 'Disconnect' }))
  await waitFor(() => expect(screen.queryByText(/ada@gmail.example/)).toBeNull())
})

test('the data is saved, and what fails is told', async () => {
  server.use(answers.myData(() => json.problem(500, 'internal_error', 'Try again.')))
  const { user } = await openAccount()
  await user.click(screen.getByRole('button', { name: 'Download' }))
  expect(await screen.findByRole('alert')).toHaveTextContent(/has not come whole/)

  let authorization: string | null = null
  server.use(
    answers.myData((request) => {
      authorization = request.headers.get('Authorization')
      return new HttpResponse(new Uint8Array(2048))
    }),
  )
  await user.click(screen.getByRole('button', { name: 'Download' }))
  expect(await screen.findByText(/saved to your downloads \(2 KB\)/)).toBeVisible()
  expect(authorization).toBe('Bearer token-of-ada')
})

test.each([
  [403, 'wrong_password', /not your password/],
  [409, 'last_admin', /the only admin/],
])('deleting can be refused: %s %s', async (status, code, words) => {
  server.use(answers.deleteMe(() => json.problem(status, code)))
  const { user } = await openAccount()
  await user.click(screen.getByRole('button', { name: /^Delete account/ }))
  const dialog = await screen.findByRole('dialog', { name: 'Delete your account?' })
  await user.type(within(dialog).getByLabelText('Your password'), 'nine violet kettles')
  await user.click(within(dialog).getByRole('button', { name: 'Delete everything' }))

  expect(await within(dialog).findByRole('alert')).toHaveTextContent(words)
  expect(getSession().status).toBe('active')
})

test('a deleted account is gone, with a good-bye', async () => {
  let sent: unknown
  server.use(
    answers.deleteMe(async (request) => {
      sent = await request.json()
      return json.done()
    }),
  )
  const { user, router } = await openAccount()
  await user.click(screen.getByRole('button', { name: /^Delete account/ }))
  await user.type(await screen.findByLabelText('Your password'), 'nine violet kettles')
  await user.click(screen.getByRole('button', { name: 'Delete everything' }))

  expect(await screen.findByText(/Your account and everything in it are deleted/)).toBeVisible()
  expect(router.state.location.pathname).toBe('/')
  expect(sent).toEqual({ password: 'nine violet kettles' })
  expect(localStorage.getItem('legible-user')).toBeNull()
})

test('without a password a fresh log-in is asked for, and offered', async () => {
  let sent: unknown
  server.use(
    answers.providers(() => json.providers('google')),
    answers.identities(() => json.identities(google)),
    answers.deleteMe(async (request) => {
      sent = await request.json()
      return json.problem(403, 'login_too_old')
    }),
  )
  const { user } = await openAccount({ has_password: false })
  await user.click(screen.getByRole('button', { name: /^Delete account/ }))
  const dialog = await screen.findByRole('dialog', { name: 'Delete your account?' })
  expect(within(dialog).queryByLabelText('Your password')).toBeNull()
  await user.click(within(dialog).getByRole('button', { name: 'Delete everything' }))

  expect(await within(dialog).findByRole('alert')).toHaveTextContent(/within 5 minutes/)
  expect(await within(dialog).findByRole('link', { name: 'Log in again' })).toHaveAttribute(
    'href',
    '/api/v1/auth/google/start?next=%2Faccount',
  )
  expect(sent).toEqual({ password: null })
})
