import { screen, waitFor, within } from '@testing-library/react'
import { HttpResponse } from 'msw'
import { beforeEach, expect, test } from 'vitest'
import type { Correction, CorrectionList } from '@/api/types'
import { ada, answers, json } from '@/testing/answers'
import { renderRoute } from '@/testing/render-route'
import { server } from '@/testing/server'

function correction(number: number, changes: Partial<Correction> = {}): Correction {
  return {
    user_id: ada.user.id,
    judgement_id: `0197c7c0-0000-7000-8000-00000000000${number}`,
    reading_id: '0197c7c0-0000-7000-8000-000000000001',
    created_at: '2026-01-31T12:00:00Z',
    page: 0,
    line: 0,
    symbol: 2,
    last_symbol: 2,
    read: String(number),
    confidence: 0.991,
    said: '9',
    mark: [0.4, 0.2, 0.1, 0.6],
    models: { digit: '1.1.0', line: '1.2.0' },
    others: [],
    doubts: 1,
    verdict: null,
    decided_at: null,
    ...changes,
  }
}

function serve(lists: Partial<Record<string, Correction[]>>) {
  const asked: string[] = []
  server.use(
    answers.corrections((request) => {
      const { search, searchParams } = new URL(request.url)
      asked.push(search)
      const cursor = searchParams.get('cursor') ?? searchParams.get('state') ?? ''
      return HttpResponse.json<CorrectionList>({
        items: lists[cursor] ?? [],
        next_cursor: cursor === 'open' && lists.more ? 'more' : null,
      })
    }),
  )
  return asked
}

beforeEach(() =>
  server.use(
    answers.adminUsers(() => HttpResponse.json({ items: [], next_cursor: null })),
    answers.cutOut(() => new HttpResponse(new Blob(['png'], { type: 'image/png' }))),
  ),
)

function row(read: string) {
  const found = screen
    .getAllByRole('listitem')
    .find((one) => one.textContent.includes(`Read as ${read} `))
  if (!found) throw new Error(`no row of a ${read}`)
  return within(found)
}

test('corrections are decided by keyboard, one after the other', async () => {
  serve({ open: [correction(1), correction(2, { said: null })], decided: [] })
  const sent: unknown[] = []
  server.use(
    answers.decide(async (request) => {
      sent.push([new URL(request.url).pathname.split('/').at(-2), await request.json()])
      return HttpResponse.json(correction(1, { verdict: 'use' }))
    }),
  )
  const { user } = renderRoute('/admin/corrections', { as: 'ada' })
  expect(await screen.findByText('2 corrections')).toBeVisible()
  expect(row('1').getByRole('heading')).toHaveTextContent(
    'Read as 1 with 99.1% confidence; the person says 9.',
  )
  expect(row('2').getByRole('heading')).toHaveTextContent(/says that there is nothing to read/)
  expect(await row('1').findByRole('img', { name: /^The line as it is written/ })).toBeVisible()

  row('1')
    .getByRole('button', { name: /^Learn from it/ })
    .focus()
  await user.keyboard('{Enter}')
  expect(await screen.findByText('1 correction')).toBeVisible()
  expect(screen.getByText('It will be learned from.')).toBeVisible()
  const learn = row('2').getByRole('button', { name: 'Learn from it: 2 was read, nothing is said' })
  await waitFor(() => expect(learn).toHaveFocus())

  await user.tab()
  await user.keyboard(' ')
  expect(await screen.findByText(/^Nothing waits for a decision/)).toBeVisible()
  await waitFor(() => expect(screen.getByRole('heading', { level: 1 })).toHaveFocus())
  expect(sent).toEqual([
    [correction(1).judgement_id, { verdict: 'use' }],
    [correction(2).judgement_id, { verdict: 'leave_out' }],
  ])
})

test('a decision is changed later', async () => {
  const decided = correction(1, { verdict: 'leave_out', decided_at: '2026-02-01T00:00:00Z' })
  const asked = serve({ open: [], decided: [decided] })
  server.use(answers.decide(() => HttpResponse.json({ ...decided, verdict: 'use' })))
  const { user, router } = renderRoute('/admin/corrections', { as: 'ada' })
  await screen.findByText(/^Nothing waits for a decision/)
  await user.click(screen.getByRole('radio', { name: 'Decided' }))
  expect(await screen.findByText('It is left out.')).toBeVisible()
  expect(router.state.location.search).toBe('?state=decided')
  expect(asked.at(-1)).toBe('?state=decided&limit=10')
  expect(row('1').queryByRole('button', { name: /^Leave it out/ })).toBeNull()
  await user.click(row('1').getByRole('button', { name: /^Learn from it/ }))
  expect(await screen.findByText('It is learned from.')).toBeVisible()
  await waitFor(() => expect(row('1').getByRole('button', { name: /^Leave it out/ })).toHaveFocus())
})

test('what fails is told where it is, and what is gone leaves', async () => {
  serve({ open: [correction(1)], more: [correction(2)] })
  let pictures = 0
  server.use(
    answers.cutOut(() => {
      pictures += 1
      return pictures === 1
        ? json.problem(503, 'busy')
        : new HttpResponse(new Blob(['png'], { type: 'image/png' }))
    }),
    answers.decide(() => json.problem(500, 'internal_error', 'Not now.')),
  )
  const { user } = renderRoute('/admin/corrections', { as: 'ada' })
  await user.click(await screen.findByRole('button', { name: 'Load the picture again' }))
  expect(await screen.findByRole('img', { name: /^The line as it is written/ })).toBeVisible()
  await user.click(screen.getByRole('button', { name: 'Show more' }))
  expect(await screen.findByText('2 corrections')).toBeVisible()

  await user.click(row('1').getByRole('button', { name: /^Leave it out/ }))
  expect(await row('1').findByRole('alert')).toHaveTextContent('Not now.')
  server.use(answers.decide(() => json.problem(404, 'not_found')))
  await user.click(row('1').getByRole('button', { name: /^Leave it out/ }))
  expect(await screen.findByText(/^This correction is gone/)).toBeVisible()
  expect(screen.getByText('1 correction')).toBeVisible()
})

test('a correction of a line shows all that it contradicts', async () => {
  const others = [{ ...correction(7), symbol: 3 }]
  serve({ open: [correction(1, { others, doubts: 4 })] })
  const { user } = renderRoute('/admin/corrections', { as: 'ada' })
  await user.click(await screen.findByRole('button', { name: 'What else it contradicts: 3' }))
  expect(row('7').getByText(/^And 2 more/)).toBeVisible()
  await waitFor(() =>
    expect(screen.getAllByRole('img', { name: /^The line as it is written/ })).toHaveLength(2),
  )
})

test('a list that cannot be fetched offers to try again', async () => {
  server.use(answers.corrections(() => json.problem(500, 'internal_error', 'Not now.')))
  const { user } = renderRoute('/admin/corrections', { as: 'ada' })
  expect(await screen.findByText('Not now.')).toBeVisible()
  serve({ open: [] })
  await user.click(screen.getByRole('button', { name: 'Try again' }))
  expect(await screen.findByText(/^Nothing waits for a decision/)).toBeVisible()
})
