import { screen, waitFor } from '@testing-library/react'
import { expect, test } from 'vitest'
import { getSession, markSessionEnded, startSession } from '@/api/session'
import { ada, answers, json } from '@/testing/answers'
import { renderRoute } from '@/testing/render-route'
import { server } from '@/testing/server'

const unverified = { ...ada.user, email_verified: false }

test('whoever forgot the password gets a mail, and nobody learns who has an account', async () => {
  let asked: unknown
  server.use(
    answers.forgotPassword(async (request) => {
      asked = await request.json()
      return json.done(202)
    }),
  )
  const { user, router } = renderRoute('/login', { as: 'nobody' })
  await user.click(await screen.findByRole('link', { name: 'Forgot your password?' }))
  await screen.findByRole('heading', { name: 'Set a new password' })
  await user.type(await screen.findByLabelText('E-mail'), 'ada@example.org')
  await user.click(screen.getByRole('button', { name: 'Send me the mail' }))

  expect((await screen.findByText(/a mail is on its way/)).parentElement).toHaveTextContent(
    /If there is an account for ada@example.org/,
  )
  expect(asked).toEqual({ email: 'ada@example.org' })
  expect(router.state.location.pathname).toBe('/forgot-password')

  await user.click(screen.getByRole('button', { name: /Send it again/ }))
  expect(screen.getByLabelText('E-mail')).toBeVisible()
})

test.each([
  [503, 'mail_not_configured', /cannot send mails/],
  [429, 'too_many_requests', /Wait 3 s/],
])('asking for the mail can fail: %s %s', async (status, code, words) => {
  server.use(answers.forgotPassword(() => json.problem(status, code, 'Too soon. Wait 3 s.')))
  const { user } = renderRoute('/forgot-password', { as: 'nobody' })
  await user.type(await screen.findByLabelText('E-mail'), 'ada@example.org')
  await user.click(screen.getByRole('button', { name: 'Send me the mail' }))

  expect(await screen.findByRole('alert')).toHaveTextContent(words)
})

test('the link of the mail sets a password, and its token is nowhere to be seen', async () => {
  const sent: unknown[] = []
  server.use(
    answers.resetPassword(async (request) => {
      sent.push(await request.json(), request.headers.get('Authorization'))
      return json.done()
    }),
    answers.logOut(() => json.done()),
  )
  const { user, router } = renderRoute('/reset-password#token=secret', { as: 'ada' })
  await waitFor(() => expect(router.state.location.hash).toBe(''))
  await user.type(await screen.findByLabelText('New password'), 'seven amber lanterns')
  await user.click(screen.getByRole('button', { name: 'Set the password' }))

  expect(await screen.findByRole('heading', { name: 'Your new password is set' })).toBeVisible()
  expect(sent).toEqual([{ token: 'secret', new_password: 'seven amber lanterns' }, null])
  expect(getSession().status).toBe('anonymous')
  expect(screen.getByRole('link', { name: 'Log in with it' })).toHaveAttribute('href', '/login')
})

test('a password that is easy to guess is refused at its field, and the link stays good', async () => {
  const errors = [{ field: 'new_password', message: 'This is one of the common passwords.' }]
  server.use(answers.resetPassword(() => json.problem(422, 'weak_password', '', errors)))
  const { user } = renderRoute('/reset-password#token=secret', { as: 'nobody' })
  await user.type(await screen.findByLabelText('New password'), '1234567890')
  await user.click(screen.getByRole('button', { name: 'Set the password' }))

  expect(await screen.findByRole('alert')).toHaveTextContent(/too easy to guess/)
  expect(screen.getByLabelText('New password')).toHaveAccessibleDescription(/common passwords/)

  server.use(answers.resetPassword(() => json.done()))
  await user.clear(screen.getByLabelText('New password'))
  await user.type(screen.getByLabelText('New password'), 'seven amber lanterns')
  await user.click(screen.getByRole('button', { name: 'Set the password' }))
  expect(await screen.findByRole('heading', { name: 'Your new password is set' })).toBeVisible()
})

test('a link that was used leads to a new one', async () => {
  server.use(answers.resetPassword(() => json.problem(422, 'bad_token')))
  const { user } = renderRoute('/reset-password#token=used', { as: 'nobody' })
  await user.type(await screen.findByLabelText('New password'), 'seven amber lanterns')
  await user.click(screen.getByRole('button', { name: 'Set the password' }))

  expect(await screen.findByRole('heading', { name: 'This link no longer works' })).toBeVisible()
  expect(screen.getByRole('link', { name: 'Get a new link' })).toHaveAttribute(
    'href',
    '/forgot-password',
  )
})

test('a frozen account is told, and gets no password', async () => {
  server.use(answers.resetPassword(() => json.problem(403, 'account_frozen', 'It is frozen.')))
  const { user } = renderRoute('/reset-password#token=secret', { as: 'nobody' })
  await user.type(await screen.findByLabelText('New password'), 'seven amber lanterns')
  await user.click(screen.getByRole('button', { name: 'Set the password' }))

  expect(await screen.findByRole('alert')).toHaveTextContent('It is frozen.')
})

test('without its token the page says where to get one', async () => {
  renderRoute('/reset-password', { as: 'nobody' })
  expect(await screen.findByRole('heading', { name: 'Open the link once more' })).toBeVisible()
  expect(screen.getByRole('link', { name: 'Get a new link' })).toBeVisible()
})

test('a session that ended does not stand in the way of a new password', async () => {
  renderRoute('/reset-password#token=secret', { as: 'ada' })
  expect(await screen.findByLabelText('New password')).toBeVisible()
  markSessionEnded(ada.access_token)

  await waitFor(() => expect(getSession().status).toBe('ended'))
  expect(screen.queryByRole('dialog')).toBeNull()
  expect(screen.getByLabelText('New password')).toBeVisible()
})

test('an address is confirmed by itself, once, and the account shows it', async () => {
  const sent: unknown[] = []
  server.use(
    answers.verifyEmail(async (request) => {
      sent.push(await request.json())
      return json.done()
    }),
  )
  startSession({ ...ada, user: unverified })
  const { router } = renderRoute('/verify-email#token=secret', { as: 'nobody' })

  expect(
    await screen.findByRole('heading', { name: 'Your e-mail address is confirmed' }),
  ).toBeVisible()
  expect(router.state.location.hash).toBe('')
  expect(sent).toEqual([{ token: 'secret' }])
  expect(getSession()).toMatchObject({ user: { email_verified: true } })
})

test('an address is confirmed without being logged in', async () => {
  server.use(answers.verifyEmail(() => json.done()))
  renderRoute('/verify-email#token=secret', { as: 'nobody' })

  expect(await screen.findByRole('heading', { name: /is confirmed/ })).toBeVisible()
  expect(screen.getByRole('main').querySelector('a')).toHaveAttribute('href', '/login')
})

test('a link that is opened twice says that all is done', async () => {
  server.use(answers.verifyEmail(() => json.problem(422, 'bad_token')))
  renderRoute('/verify-email#token=used', { as: 'ada' })
  expect(await screen.findByRole('heading', { name: /is confirmed/ })).toBeVisible()
})

test('an old link has another mail sent', async () => {
  server.use(
    answers.me(() => json.user(unverified)),
    answers.verifyEmail(() => json.problem(422, 'bad_token')),
    answers.verificationMail(() => json.problem(503, 'mail_not_configured')),
  )
  startSession({ ...ada, user: unverified })
  const { user } = renderRoute('/verify-email#token=old', { as: 'nobody' })
  expect(await screen.findByRole('heading', { name: 'This link no longer works' })).toBeVisible()

  await user.click(screen.getByRole('button', { name: 'Send the mail again' }))
  expect(await screen.findByRole('alert')).toHaveTextContent(/cannot send mails/)
  server.use(answers.verificationMail(() => json.done(202)))
  await user.click(screen.getByRole('button', { name: 'Send the mail again' }))
  expect(await screen.findByText(/Only the link in the newest one/)).toBeVisible()
})

test('trouble of the service while confirming can be tried again', async () => {
  server.use(answers.verifyEmail(() => json.problem(500, 'internal_error', 'Try again.')))
  const { user } = renderRoute('/verify-email#token=secret', { as: 'nobody' })
  expect(await screen.findByRole('heading', { name: /could not be confirmed/ })).toBeVisible()

  server.use(answers.verifyEmail(() => json.done()))
  await user.click(screen.getByRole('button', { name: 'Try again' }))
  expect(await screen.findByRole('heading', { name: /is confirmed/ })).toBeVisible()
})

test('a new address is confirmed, and the account has it', async () => {
  server.use(
    answers.me(() => json.user({ ...ada.user, email: 'ada@example.net' })),
    answers.changeEmail(() => json.done()),
  )
  const { router } = renderRoute('/change-email#token=secret', { as: 'ada' })

  expect(await screen.findByRole('heading', { name: /new e-mail address is in use/ })).toBeVisible()
  expect(router.state.location.hash).toBe('')
  expect(getSession()).toMatchObject({ user: { email: 'ada@example.net' } })
})

test.each([
  [422, 'bad_token', 'This link no longer works'],
  [409, 'email_taken', 'This address belongs to another account'],
  [403, 'account_frozen', 'The address could not be changed'],
])('a new address can be refused: %s %s', async (status, code, title) => {
  server.use(answers.changeEmail(() => json.problem(status, code, 'It is frozen.')))
  renderRoute('/change-email#token=secret', { as: 'nobody' })
  expect(await screen.findByRole('heading', { name: title })).toBeVisible()
})
