import { screen, waitFor, within } from '@testing-library/react'
import { delay, http, HttpResponse } from 'msw'
import { expect, test } from 'vitest'
import { updateUser } from '@/api/session'
import { ada, json } from '@/testing/answers'
import { renderRoute } from '@/testing/render-route'
import { server } from '@/testing/server'

/** Every page that fetches something before it can show itself. */
const pages = [
  '/readings',
  '/readings/0197c7c0-0000-7000-8000-000000000001',
  '/review',
  '/account',
  '/account/keys',
  '/account/usage',
  '/models',
  '/models/digit/1.1.0',
  '/admin',
  '/admin/networks',
  '/admin/corrections',
  '/admin/audit',
]

const outages: [string, () => Response, RegExp][] = [
  ['fails', () => json.problem(500, 'internal_error', 'It is our fault.'), /our fault/],
  ['is not ready', () => json.problem(503, 'not_ready'), /not ready yet/],
  ['has had enough', () => json.problem(429, 'too_many_requests', 'Wait 7 s.'), /Wait 7 s/],
  ['does not answer', () => HttpResponse.error(), /cannot be reached/],
  [
    'is hidden by a proxy',
    () => new HttpResponse('<h1>502 Bad Gateway</h1>', { status: 502 }),
    /cannot be reached/,
  ],
]

function open(page: string) {
  const rendered = renderRoute(page, { as: 'ada' })
  updateUser({ ...ada.user, role: 'admin' })
  return rendered
}

function answerAll(answer: () => Response | Promise<Response>) {
  server.use(http.get('*/api/v1/*', answer), http.post('*/api/v1/auth/refresh', answer))
}

for (const [name, answer, words] of outages) {
  test.each(pages)(`%s says so where the service ${name}`, async (page) => {
    answerAll(answer)
    open(page)
    const main = await screen.findByRole('main')
    const alerts = await within(main).findAllByRole('alert')
    expect(alerts.map(({ textContent }) => textContent).join(' ')).toMatch(words)
    expect(within(main).getAllByRole('button', { name: 'Try again' })[0]).toBeEnabled()
    expect(main).not.toHaveTextContent(/undefined|null|NaN|Bad Gateway|<h1>/)
  })
}

test.each(pages)('%s says that it waits for an answer', async (page) => {
  answerAll(async () => {
    await delay('infinite')
    return HttpResponse.error()
  })
  open(page)
  const main = await screen.findByRole('main')
  await waitFor(() => {
    const statuses = within(main).getAllByRole('status')
    const names = statuses.map((one) => one.getAttribute('aria-label') ?? one.textContent)
    expect(names.join(' ')).toMatch(/Loading/)
  })
})

test.each(pages)('%s asks for the password where the session has ended', async (page) => {
  answerAll(() => json.problem(401, 'session_ended'))
  open(page)
  const dialog = await screen.findByRole('dialog', { name: 'Your session ended' })
  expect(within(dialog).getByLabelText('Password')).toBeVisible()
})
