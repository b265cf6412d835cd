import { act, fireEvent, screen, waitFor, within } from '@testing-library/react'
import { expect, test } from 'vitest'
import { answers, json, page, reading, symbol } from '@/testing/answers'
import { renderRoute } from '@/testing/render-route'
import { server } from '@/testing/server'

const picture = new File(['pixels'], 'card.jpg', { type: 'image/jpeg' })

async function dropOnPage(file: File) {
  await screen.findByRole('button', { name: 'Choose files' })
  fireEvent.drop(document.body, { dataTransfer: { types: ['Files'], files: [file] } })
}

/** Opens the read page and keeps the paths that are asked for after it, also those that another overtakes. */
function renderReadPage() {
  const { router, user } = renderRoute('/read', { as: 'ada' })
  const visited: string[] = []
  router.subscribe(({ location, navigation }) => {
    visited.push((navigation.location ?? location).pathname)
  })
  return { router, user, visited }
}

/** The first upload is answered when the test says so, the next one at once. */
function holdFirstUpload() {
  let release: (answer: Response) => void = () => undefined
  const answer = new Promise<Response>((resolve) => (release = resolve))
  let uploads = 0
  server.use(
    answers.list(() => json.list([])),
    answers.upload(() => {
      uploads += 1
      if (uploads > 1) return json.reading(reading({ id: 'next' }), 201)
      return answer
    }),
    answers.image(),
  )
  return { release, arrived: () => waitFor(() => expect(uploads).toBe(1)) }
}

test('a dropped picture is sent with the token, and its reading is shown', async () => {
  let authorization: string | null = null
  server.use(
    answers.list(() => json.list([])),
    answers.upload((request) => {
      authorization = request.headers.get('Authorization')
      return json.reading(reading(), 201)
    }),
    answers.image(),
  )
  const { router } = renderRoute('/read', { as: 'ada' })
  await dropOnPage(picture)

  expect(await screen.findByRole('heading', { name: 'Read: 47' })).toBeVisible()
  expect(router.state.location.pathname).toBe(`/readings/${reading().id}`)
  expect(authorization).toBe('Bearer token-of-ada')
})

test('a refused file is named, with the reason and what to do', async () => {
  server.use(
    answers.list(() => json.list([])),
    answers.upload(() => json.problem(415, 'not_an_image', 'x')),
  )
  renderRoute('/read', { as: 'ada' })
  await dropOnPage(picture)

  const alert = await screen.findByRole('alert')
  expect(alert).toHaveTextContent('card.jpg')
  expect(alert).toHaveTextContent('Send a photo, a scan or a PDF.')
  expect(screen.queryByRole('button', { name: 'Try again' })).not.toBeInTheDocument()
})

test.each([502, 503, 504])('a picture refused with %i can be sent again', async (status) => {
  let isBusy = true
  server.use(
    answers.list(() => json.list([])),
    answers.upload(() => (isBusy ? json.problem(status, 'busy') : json.reading(reading(), 201))),
    answers.image(),
  )
  const { user } = renderRoute('/read', { as: 'ada' })
  await dropOnPage(picture)
  const tryAgain = await screen.findByRole('button', { name: 'Try again' })
  isBusy = false
  await user.click(tryAgain)

  expect(await screen.findByRole('heading', { name: 'Read: 47' })).toBeVisible()
})

test('an empty file is not sent', async () => {
  server.use(answers.list(() => json.list([])))
  renderRoute('/read', { as: 'ada' })
  await dropOnPage(new File([], 'nothing.png'))

  expect(await screen.findByRole('alert')).toHaveTextContent('This file is empty.')
})

test('a large file is sent only when tried again, and the service decides', async () => {
  let uploads = 0
  server.use(
    answers.list(() => json.list([])),
    answers.upload(() => {
      uploads += 1
      return json.reading(reading(), 201)
    }),
    answers.image(),
  )
  const { user } = renderRoute('/read', { as: 'ada' })
  const large = new File(['pixels'], 'large.png')
  Object.defineProperty(large, 'size', { value: 26 * 1024 * 1024 })
  await dropOnPage(large)
  expect(await screen.findByRole('alert')).toHaveTextContent('26 MB; files up to 25 MB')
  expect(uploads).toBe(0)

  await user.click(screen.getByRole('button', { name: 'Try again' }))
  expect(await screen.findByRole('heading', { name: 'Read: 47' })).toBeVisible()
})

test('sending can be cancelled', async () => {
  server.use(
    answers.list(() => json.list([])),
    answers.upload(() => new Promise<Response>(() => undefined)),
  )
  const { user } = renderRoute('/read', { as: 'ada' })
  await dropOnPage(picture)
  await user.click(await screen.findByRole('button', { name: 'Cancel' }))

  expect(await screen.findByRole('button', { name: 'Choose files' })).toBeVisible()
  expect(screen.queryByRole('alert')).not.toBeInTheDocument()
})

test('a page left while sending does not pull back to what was read', async () => {
  const sent = holdFirstUpload()
  const { router, visited, user } = renderReadPage()
  await dropOnPage(picture)
  await sent.arrived()
  await user.click(screen.getByRole('link', { name: 'History' }))
  await screen.findByText('Nothing read yet')
  sent.release(json.reading(reading({ id: 'left' }), 201))

  // A second picture goes the whole way after the first has been answered.
  await act(() => router.navigate('/read'))
  await dropOnPage(picture)
  await waitFor(() => expect(router.state.location.pathname).toBe('/readings/next'))
  expect(visited).not.toContain('/readings/left')
})

test('logging out while sending does not ask to log in again', async () => {
  server.use(answers.logOut(() => new Response(null, { status: 204 })))
  const sent = holdFirstUpload()
  const { router, visited, user } = renderReadPage()
  await dropOnPage(picture)
  await sent.arrived()
  await user.click(screen.getByRole('button', { name: 'Account of Ada Lovelace' }))
  await user.click(await screen.findByRole('button', { name: 'Log out' }))
  await waitFor(() => expect(router.state.location.pathname).toBe('/'))
  sent.release(json.reading(reading({ id: 'left' }), 201))

  // Another page is fetched and shown after the picture has been answered.
  await act(() => router.navigate('/register'))
  await screen.findByRole('textbox', { name: /e-mail/i })
  expect(visited).not.toContain('/readings/left')
  expect(router.state.location.pathname).toBe('/register')
})

test('a doubtful digit is told in words, and its issue leads to it', async () => {
  const doubtful = reading({
    status: 'review',
    confidence: 0.61,
    alternatives: [{ text: '41', confidence: 0.3 }],
    issues: [
      { code: 'low_confidence', message: 'This digit is uncertain.', page: 0, line: 0, symbol: 1 },
    ],
  })
  server.use(
    answers.show(() => json.reading(doubtful)),
    answers.image(),
  )
  const { user } = renderRoute(`/readings/${doubtful.id}`, { as: 'ada' })

  expect(await screen.findByText('Check it')).toBeVisible()
  expect(screen.getByText(/Only 61.0% sure/)).toBeVisible()
  expect(screen.getByText(/Or perhaps/)).toHaveTextContent('41 (30.0%)')
  const digits = screen.getByRole('group', { name: 'Digits in reading order' })
  await user.click(screen.getByRole('button', { name: 'Show digit 2' }))
  expect(
    within(digits).getByRole('button', { name: 'Digit 2 of 2: 7, 99.3% sure, check it' }),
  ).toHaveAttribute('aria-pressed', 'true')
})

test('a digit chosen with the keyboard is chosen in the picture too', async () => {
  server.use(
    answers.show(() => json.reading(reading())),
    answers.image(),
  )
  const { user } = renderRoute(`/readings/${reading().id}`, { as: 'ada' })
  const digits = await screen.findByRole('group', { name: 'Digits in reading order' })
  const boxes = screen.getByRole('group', { name: 'Digits on the picture' })

  await user.click(within(digits).getByRole('button', { name: /^Digit 1/ }))
  await user.keyboard('{ArrowRight}')

  expect(within(digits).getByRole('button', { name: /^Digit 2/ })).toHaveFocus()
  expect(within(boxes).getByRole('button', { name: /^Digit 2/ })).toHaveAttribute(
    'aria-pressed',
    'true',
  )
  expect(screen.getByRole('heading', { name: 'Digit 2 of 2' })).toBeVisible()
})

test('all ten digits have their percentages as text', async () => {
  const single = reading({ text: '7', pages: [page([symbol('7', 0.91)])] })
  server.use(
    answers.show(() => json.reading(single)),
    answers.image(),
  )
  renderRoute(`/readings/${single.id}`, { as: 'ada' })

  const others = within(await screen.findByRole('list', { name: 'How likely each digit is' }))
  const rows = others.getAllByRole('listitem').map((row) => row.textContent)
  expect(rows).toHaveLength(10)
  expect(rows).toContain('31.0%')
})

test('pages are tabs', async () => {
  const booklet = reading({
    text: '4\n2',
    pages: [page([symbol('4', 0.99)]), page([symbol('2', 0.98)])],
  })
  server.use(
    answers.show(() => json.reading(booklet)),
    answers.image(),
  )
  const { user } = renderRoute(`/readings/${booklet.id}`, { as: 'ada' })
  await user.click(await screen.findByRole('tab', { name: 'Page 2' }))

  const boxes = screen.getByRole('group', { name: 'Digits on the picture' })
  expect(within(boxes).getByRole('button', { name: 'Digit 1 of 1: 2, 98.0% sure' })).toBeVisible()
  expect(await screen.findByRole('img', { name: 'Page 2 as it was sent' })).toBeVisible()
})

test("another person's reading is not there", async () => {
  server.use(answers.show(() => json.problem(404, 'not_found')))
  renderRoute(`/readings/${reading().id}`, { as: 'ada' })
  expect(await screen.findByRole('heading', { name: 'There is no such reading' })).toBeVisible()
})

test('the history loads more from where it stopped', async () => {
  server.use(
    answers.list((request) =>
      new URL(request.url).searchParams.get('cursor') === 'after-first'
        ? json.list([reading({ id: 'second', file_name: 'second.jpg' })])
        : json.list([reading({ id: 'first', file_name: 'first.jpg' })], 'after-first'),
    ),
  )
  renderRoute('/readings', { as: 'ada' })
  expect(await screen.findByText('first.jpg')).toBeVisible()

  // The end of the list can be seen, so what follows comes by itself.
  expect(await screen.findByText('second.jpg')).toBeVisible()
})

test('a reading is deleted only after a yes', async () => {
  let isThere = true
  server.use(
    answers.list(() => json.list(isThere ? [reading()] : [])),
    answers.remove(() => {
      isThere = false
      return new Response(null, { status: 204 })
    }),
  )
  const { user } = renderRoute('/readings', { as: 'ada' })
  await user.click(await screen.findByRole('button', { name: 'Delete card.jpg' }))
  expect(isThere).toBe(true)
  await user.click(
    within(await screen.findByRole('dialog')).getByRole('button', { name: 'Delete' }),
  )

  expect(await screen.findByText('card.jpg was deleted.')).toBeInTheDocument()
  await waitFor(() => expect(screen.getByText('Nothing read yet')).toBeVisible())
})

test('a service that does not answer is told, and trying again helps', async () => {
  let isUp = false
  server.use(answers.list(() => (isUp ? json.list([reading()]) : Response.error())))
  const { user } = renderRoute('/readings', { as: 'ada' })
  expect(await screen.findByText(/cannot be reached/)).toBeVisible()

  isUp = true
  await user.click(screen.getByRole('button', { name: 'Try again' }))
  expect(await screen.findByText('card.jpg')).toBeVisible()
})
