import { fireEvent, screen, within } from '@testing-library/react'
import { http, HttpResponse } from 'msw'
import { beforeEach, expect, test, vi } from 'vitest'
import type { TriedReading } from '@/api/types'
import { answers, json, reading, stages } from '@/testing/answers'
import { renderRoute } from '@/testing/render-route'
import { server } from '@/testing/server'

const picture = new File(['pixels'], 'card.jpg', { type: 'image/jpeg' })

function tried(changes: Partial<TriedReading> = {}): TriedReading {
  const { text, status, confidence, issues, models, symbols, pattern, pages, timing_ms } = reading()
  const alternatives = [{ text: '41', confidence: 0.013 }]
  const read = { text, status, confidence, issues, models, symbols, pattern, pages, timing_ms }
  return { ...read, alternatives, stages: stages('47'), ...changes }
}

async function dropOnPage(file: File) {
  await screen.findByRole('heading', { name: 'Try it' })
  fireEvent.drop(document.body, { dataTransfer: { types: ['Files'], files: [file] } })
}

beforeEach(() => {
  // jsdom draws nothing: a picture is what the browser says it is.
  vi.stubGlobal('createImageBitmap', () => Promise.reject(new Error('not here')))
  server.use(answers.trial(() => json.trial()))
})

test('a picture dropped by a visitor is read without a token, and the result shown', async () => {
  let sent: Request | undefined
  server.use(
    answers.tryIt((request) => {
      sent = request
      return json.tried(tried())
    }),
  )
  renderRoute('/', { as: 'nobody' })
  await dropOnPage(picture)

  const result = within(await screen.findByRole('group', { name: 'The result' }))
  expect(result.getByRole('heading', { name: 'Read: 47' })).toBeInTheDocument()
  expect(result.getByText('98.4% sure of the whole number.')).toBeVisible()
  expect(result.getByText('41')).toBeVisible()
  const boxes = within(result.getByRole('group', { name: 'Digits on the picture' }))
  expect(boxes.getAllByRole('button')).toHaveLength(2)
  expect(screen.getByRole('group', { name: 'The result' })).toHaveFocus()
  expect(result.getByRole('link', { name: 'Create an account' })).toHaveAttribute(
    'href',
    '/register',
  )
  expect(sent?.headers.get('Authorization')).toBeNull()
  expect(new URL(sent?.url ?? '').search).toBe('?detail=stages')
})

test('a visitor who has tried enough is told so and can create an account', async () => {
  server.use(answers.tryIt(() => json.problem(429, 'too_many_requests', 'This visitor may …')))
  renderRoute('/', { as: 'nobody' })
  await dropOnPage(picture)

  const alert = within(await screen.findByRole('alert'))
  expect(alert.getByText(/as many pictures as one can without an account/)).toBeVisible()
  expect(alert.getByRole('link', { name: 'Create an account' })).toBeVisible()
})

test('a busy service can be asked again with the same picture', async () => {
  let isBusy = true
  server.use(answers.tryIt(() => (isBusy ? json.problem(503, 'busy') : json.tried(tried()))))
  const { user } = renderRoute('/', { as: 'nobody' })
  await dropOnPage(picture)
  const again = await screen.findByRole('button', { name: 'Try again' })
  isBusy = false
  await user.click(again)

  expect(await screen.findByRole('heading', { name: 'Read: 47' })).toBeInTheDocument()
  expect(screen.queryByRole('alert')).not.toBeInTheDocument()
})

test('a file that is too large and cannot be made smaller here is not sent', async () => {
  server.use(answers.trial(() => json.trial({ max_bytes: 3 })))
  renderRoute('/', { as: 'nobody' })
  await dropOnPage(picture)

  expect(await screen.findByRole('alert')).toHaveTextContent(/without an account files up to/)
})

test('where it is switched off nothing offers it', async () => {
  let asked = 0
  server.use(
    answers.trial(() => {
      asked += 1
      return json.trial({ available: false })
    }),
  )
  renderRoute('/', { as: 'nobody' })

  await vi.waitFor(() => expect(asked).toBe(1), { timeout: 10_000 })
  expect(screen.queryByRole('heading', { name: 'Try it' })).not.toBeInTheDocument()
})

test('a service that cannot be reached is told, and trying again helps', async () => {
  let isDown = true
  server.use(http.get('*/api/v1/try', () => (isDown ? HttpResponse.error() : json.trial())))
  const { user } = renderRoute('/', { as: 'nobody' })
  const again = await screen.findByRole('button', { name: 'Try again' })
  expect(screen.getByRole('alert')).toHaveTextContent('Legible cannot be reached.')
  isDown = false
  await user.click(again)

  expect(await screen.findByRole('heading', { name: 'Try it' })).toBeVisible()
})
