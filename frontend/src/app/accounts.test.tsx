import { screen, waitFor, within } from '@testing-library/react'
import { expect, test } from 'vitest'
import { getSession, markSessionEnded } from '@/api/session'
import { ada, answers, json, reading } from '@/testing/answers'
import { renderRoute } from '@/testing/render-route'
import { server } from '@/testing/server'

test('a deep link leads through the log-in page to the reading', async () => {
  const seven = reading()
  server.use(
    answers.logIn(() => json.session(ada)),
    answers.show(() => json.reading(seven)),
    answers.image(),
  )
  const { router, user } = renderRoute(`/readings/${seven.id}`, { as: 'nobody' })

  await user.type(await screen.findByLabelText('E-mail'), 'ada@example.org')
  await user.type(screen.getByLabelText('Password'), 'nine violet kettles')
  await user.click(screen.getByRole('button', { name: 'Log in' }))

  expect(await screen.findByRole('heading', { name: 'Read: 47' })).toBeVisible()
  expect(router.state.location.pathname).toBe(`/readings/${seven.id}`)
})

test('a wrong password is told in plain words', async () => {
  server.use(answers.logIn(() => json.problem(401, 'wrong_credentials', 'Wrong.')))
  const { user } = renderRoute('/login', { as: 'nobody' })

  await user.type(await screen.findByLabelText('E-mail'), 'ada@example.org')
  await user.type(screen.getByLabelText('Password'), 'something else')
  await user.click(screen.getByRole('button', { name: 'Log in' }))

  expect(await screen.findByRole('alert')).toHaveTextContent(
    'The e-mail or the password is not right.',
  )
  expect(getSession().status).toBe('anonymous')
})

test('the rule for passwords is shown before, and says when it is met', async () => {
  const { user } = renderRoute('/register', { as: 'nobody' })
  expect(await screen.findByText(/At least 10 characters/)).toBeVisible()

  await user.type(screen.getByLabelText('Password'), 'nine violet kettles')
  expect(screen.getByText(/Long enough/)).toBeVisible()
})

test('what the service says of a field stands at that field', async () => {
  const errors = [{ field: 'email', message: 'This is not an e-mail address.' }]
  server.use(answers.register(() => json.problem(422, 'invalid_request', 'Look at email.', errors)))
  const { user } = renderRoute('/register', { as: 'nobody' })

  await user.type(await screen.findByLabelText('Your name'), 'Ada')
  await user.type(screen.getByLabelText('E-mail'), 'ada@example')
  await user.type(screen.getByLabelText('Password'), 'nine violet kettles')
  await user.click(screen.getByRole('button', { name: 'Create account' }))

  await screen.findByRole('alert')
  expect(screen.getByLabelText('E-mail')).toHaveAccessibleDescription(/not an e-mail address/)
})

test('a session that ran out asks for the password over the page and then asks again', async () => {
  let tokenIsOld = true
  server.use(
    answers.list(() =>
      tokenIsOld
        ? json.problem(401, 'token_expired')
        : json.list([reading({ file_name: 'kept.jpg' })]),
    ),
    answers.refresh(() => json.problem(401, 'session_ended')),
    answers.logIn(() => {
      tokenIsOld = false
      return json.session({ ...ada, access_token: 'newer-token' })
    }),
  )
  const { user, router } = renderRoute('/readings', { as: 'ada' })

  const dialog = await screen.findByRole('dialog', { name: 'Your session ended' })
  expect(within(dialog).getByLabelText('E-mail')).toHaveValue('ada@example.org')
  await user.type(within(dialog).getByLabelText('Password'), 'nine violet kettles')
  await user.click(within(dialog).getByRole('button', { name: 'Log in' }))

  expect(await screen.findByText('kept.jpg')).toBeInTheDocument()
  expect(router.state.location.pathname).toBe('/readings')
})

test('a late answer to an older token does not end the session of now', () => {
  renderRoute('/', { as: 'ada' })
  markSessionEnded('an older token')
  expect(getSession().status).toBe('active')
})

test('logging out leaves at once and tells the service by the cookie', async () => {
  let told: Request | undefined
  server.use(
    answers.list(() => json.list([])),
    answers.logOut((request) => {
      told = request
      return json.problem(503, 'not_ready')
    }),
  )
  const { user, router } = renderRoute('/readings', { as: 'ada' })

  await user.click(await screen.findByRole('button', { name: 'Account of Ada Lovelace' }))
  await user.click(await screen.findByRole('button', { name: 'Log out' }))

  expect(await screen.findByRole('heading', { name: /Handwritten numbers/ })).toBeVisible()
  expect(router.state.location.pathname).toBe('/')
  await waitFor(() => expect(told?.headers.get('X-Requested-With')).toBe('legible'))
  expect(localStorage.getItem('legible-user')).toBeNull()
})

test('an unknown address says so', async () => {
  renderRoute('/nowhere', { as: 'nobody' })
  expect(await screen.findByRole('heading', { name: 'There is no page here' })).toBeVisible()
})
