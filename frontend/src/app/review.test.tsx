import { screen, waitFor, within } from '@testing-library/react'
import { expect, test } from 'vitest'
import type { NewFeedback, Reading } from '@/api/types'
import { answers, json, page, reading, symbol } from '@/testing/answers'
import { renderRoute } from '@/testing/render-route'
import { server } from '@/testing/server'

function doubtful(id: string, text: string, doubts: readonly number[]): Reading {
  const symbols = Array.from(text, (digit, index) => symbol(digit, 0.6, 10 + 40 * index))
  return reading({
    id,
    file_name: `${id}.jpg`,
    text,
    status: 'review',
    confidence: 0.5,
    pages: [page(symbols)],
    issues: doubts.map((index) => ({
      code: 'low_confidence' as const,
      message: 'This digit is uncertain.',
      page: 0,
      line: 0,
      symbol: index,
    })),
  })
}

const first = doubtful('first', '471', [1, 2])
const second = doubtful('second', '80', [0])

/** A queue of these readings; answers what was said of them so far. */
function serve(...queue: Reading[]) {
  const said: (NewFeedback & { of: string })[] = []
  let asked: URLSearchParams | undefined
  server.use(
    answers.list((request) => {
      asked = new URL(request.url).searchParams
      return json.list(queue)
    }),
    answers.show((request) => {
      const id = new URL(request.url).pathname.split('/').at(-1)
      return json.reading(queue.find((each) => each.id === id) ?? first)
    }),
    answers.image(),
    answers.judge((body, request) => {
      said.push({ ...body, of: new URL(request.url).pathname.split('/').at(-2) ?? '' })
      return json.judged()
    }),
  )
  return { said, query: () => asked?.toString() }
}

const digit = (name: RegExp) =>
  within(screen.getByRole('application')).getByRole('button', { name })

test('the worst come first: a typed digit corrects, Enter goes on, and all is sent', async () => {
  const { said, query } = serve(first, second)
  const { user } = renderRoute('/review', { as: 'ada' })

  await screen.findByRole('region', { name: 'Review of first.jpg' })
  expect(query()).toBe('status=review&status=unreadable&judged=false&sort=confidence&limit=100')
  expect(digit(/^Digit 2 of 3: 7, 60.0% sure, check it/)).toHaveFocus()

  await user.keyboard('1')
  expect(digit(/^Digit 2 of 3: 1, corrected/)).toBeVisible()
  expect(digit(/^Digit 3 of 3/)).toHaveFocus()
  await user.keyboard('1')
  expect(screen.getByText(/Nothing is in doubt any more/)).toBeVisible()
  await user.keyboard('{Enter}')

  await screen.findByRole('region', { name: 'Review of second.jpg' })
  await user.keyboard('{Enter}')
  expect(await screen.findByRole('heading', { name: 'All checked' })).toBeVisible()
  await screen.findByText('All saved')
  expect(said).toMatchObject([
    { of: 'first', kind: 'corrected', page: 0, line: 0, symbol: 1, text: '1' },
    { of: 'first', kind: 'confirmed', symbol: 2 },
    { of: 'second', kind: 'confirmed' },
  ])
  expect(said[2]).not.toHaveProperty('page')
})

test('letters say no digit, not readable, split and merge; z takes back', async () => {
  const { said } = serve(first)
  const { user } = renderRoute('/review', { as: 'ada' })
  await screen.findByRole('region', { name: 'Review of first.jpg' })

  await user.keyboard('x')
  expect(digit(/^Digit 2 of 3: no digit/)).toBeVisible()
  await user.keyboard('z')
  expect(digit(/^Digit 2 of 3: 7, 60.0% sure, check it/)).toBeVisible()
  await user.keyboard('{Home}s')
  expect(digit(/^Digit 1 of 4: not typed yet/)).toHaveFocus()
  await user.keyboard('11')
  expect(digit(/^Digit 2 of 4: 1, corrected/)).toBeVisible()
  await user.keyboard('{End}{ArrowLeft}m8')
  expect(digit(/^Digit 3 of 3: 8, corrected/)).toBeVisible()
  await user.keyboard('u')
  await screen.findByText('All saved')

  expect(said).toMatchObject([
    { kind: 'not_a_digit', symbol: 1 },
    { kind: 'withdrawn', withdraws: said[0]?.id },
    { kind: 'corrected', symbol: 0, boxes: [{ text: '1' }, { text: '1' }] },
    { kind: 'corrected', symbol: 1, last_symbol: 2, boxes: [{ box: [50, 10, 70, 50], text: '8' }] },
    { kind: 'unreadable', symbol: 1, last_symbol: 2 },
  ])
})

test('a box is redrawn by the arrow keys', async () => {
  const { said } = serve(first)
  const { user } = renderRoute('/review', { as: 'ada' })
  await screen.findByRole('region', { name: 'Review of first.jpg' })
  await user.keyboard('r{ArrowRight}{Shift>}{ArrowDown}{/Shift}{Enter}')

  await waitFor(() => expect(said).toHaveLength(1))
  expect(said[0]).toMatchObject({ symbol: 1, boxes: [{ box: [52, 10, 30, 52], text: '7' }] })
})

test('Enter can be undone: the reading comes back', async () => {
  const { said } = serve(first, second)
  const { user } = renderRoute('/review', { as: 'ada' })
  await screen.findByRole('region', { name: 'Review of first.jpg' })
  await user.keyboard('{Enter}')
  await screen.findByRole('region', { name: 'Review of second.jpg' })
  await user.keyboard('{Control>}z{/Control}')

  await screen.findByRole('region', { name: 'Review of first.jpg' })
  await waitFor(() => expect(said).toHaveLength(2))
  expect(said[1]).toMatchObject({ of: 'first', kind: 'withdrawn', withdraws: said[0]?.id })
})

test('what the service refuses is as it was before, with the reason', async () => {
  serve(first)
  server.use(answers.judge(() => json.problem(409, 'not_aligned', 'It has other symbols now.')))
  const { user } = renderRoute('/review', { as: 'ada' })
  await screen.findByRole('region', { name: 'Review of first.jpg' })
  await user.keyboard('1')

  expect(await screen.findByRole('alert')).toHaveTextContent('It has other symbols now.')
  expect(digit(/^Digit 2 of 3: 7, 60.0% sure, check it/)).toBeVisible()
})

test('what cannot be sent is kept, and sent when the service is back', async () => {
  const { said } = serve(first)
  let isUp = false
  server.use(
    answers.judge((body) => {
      if (!isUp) return Response.error()
      said.push({ ...body, of: 'first' })
      return json.judged()
    }),
  )
  const { user } = renderRoute('/review', { as: 'ada' })
  await screen.findByRole('region', { name: 'Review of first.jpg' })
  await user.keyboard('12')
  expect(await screen.findByText('2 steps kept here until the connection is back')).toBeVisible()
  const kept = Object.keys(localStorage).filter((key) => key.startsWith('legible-unsent:'))
  expect(kept).toHaveLength(2)

  isUp = true
  window.dispatchEvent(new Event('online'))
  await screen.findByText('All saved')
  expect(said.map(({ text }) => text)).toEqual(['1', '2'])
  expect(Object.keys(localStorage).some((key) => key.startsWith('legible-unsent:'))).toBe(false)
})

test('a picture without a digit takes the whole number', async () => {
  const empty = reading({ id: 'empty', text: '', status: 'unreadable', pages: [page()] })
  const { said } = serve(empty)
  const { user } = renderRoute('/review', { as: 'ada' })
  await screen.findByText(/No digit was found/)
  await user.keyboard('1')
  const field = await screen.findByRole('textbox', { name: 'What the picture says' })
  await user.type(field, '7{Enter}')

  expect(await screen.findByRole('heading', { name: 'All checked' })).toBeVisible()
  await screen.findByText('All saved')
  expect(said).toMatchObject([{ of: 'empty', kind: 'corrected', text: '17' }])
})

test('skipped readings can be gone through at the end', async () => {
  serve(first, second)
  const { user } = renderRoute('/review', { as: 'ada' })
  await screen.findByRole('region', { name: 'Review of first.jpg' })
  await user.keyboard('{PageDown}')
  await screen.findByRole('region', { name: 'Review of second.jpg' })
  await user.keyboard('{Enter}')
  await user.click(await screen.findByRole('button', { name: 'Go through 1 skipped one' }))

  expect(await screen.findByRole('region', { name: 'Review of first.jpg' })).toBeVisible()
  await screen.findByText('All saved')
})

test('the question mark shows the keys, and Esc leaves', async () => {
  serve(first)
  const { user, router } = renderRoute('/review', { as: 'ada' })
  await screen.findByRole('region', { name: 'Review of first.jpg' })
  await user.keyboard('?')
  const help = await screen.findByRole('dialog', { name: 'Keys of the review' })
  await user.click(within(help).getByRole('button', { name: 'Close' }))
  await waitFor(() => expect(help).not.toBeInTheDocument())
  digit(/^Digit 2/).focus()
  await user.keyboard('{Escape}')

  await waitFor(() => expect(router.state.location.pathname).toBe('/readings'))
})

test('an empty queue says so', async () => {
  serve()
  renderRoute('/review', { as: 'ada' })
  expect(await screen.findByRole('heading', { name: 'Nothing to review' })).toBeVisible()
})

test('a service that does not answer is told, and trying again helps', async () => {
  serve(first)
  let isUp = false
  server.use(answers.list(() => (isUp ? json.list([first]) : Response.error())))
  const { user } = renderRoute('/review', { as: 'ada' })
  expect(await screen.findByRole('alert')).toHaveTextContent('cannot be reached')

  isUp = true
  await user.click(screen.getByRole('button', { name: 'Try again' }))
  expect(await screen.findByRole('region', { name: 'Review of first.jpg' })).toBeVisible()
})
