import { screen, within } from '@testing-library/react'
import { expect, test } from 'vitest'
import type { Reading, Stages } from '@/api/types'
import { answers, json, page, reading, stages, symbol } from '@/testing/answers'
import { renderRoute } from '@/testing/render-route'
import { server } from '@/testing/server'

/** Opens a reading; answers what was asked of the service for it, in order. */
async function openReading(read: Reading, seen: () => Stages | Response = () => stages('47')) {
  const asked: (string | null)[] = []
  server.use(
    answers.show((request) => {
      const detail = new URL(request.url).searchParams.get('detail')
      asked.push(detail)
      if (detail === null) return json.reading(read)
      const answer = seen()
      return answer instanceof Response ? answer : json.reading({ ...read, stages: answer })
    }),
    answers.image(),
  )
  const { user } = renderRoute(`/readings/${read.id}`, { as: 'ada' })
  const toggle = await screen.findByRole('button', { name: 'What the model saw' })
  return { asked, user, toggle }
}

test('what the model saw is asked for when somebody wants to see it, and only once', async () => {
  const { asked, user, toggle } = await openReading(reading())
  expect(toggle).toHaveAttribute('aria-expanded', 'false')
  expect(asked).toEqual([null])

  await user.click(toggle)
  await screen.findByRole('img', { name: 'The ink of page 1, white on black' })
  await user.click(toggle)
  expect(screen.queryByRole('img', { name: /^The ink/ })).not.toBeInTheDocument()
  await user.click(toggle)

  expect(await screen.findByRole('img', { name: 'Page 1, upright and grey' })).toBeVisible()
  expect(asked).toEqual([null, 'stages'])
})

test('each digit is beside what the network saw of it, a mark has no picture', async () => {
  const read = reading({
    text: '4.7',
    pages: [page([symbol('4', 0.99), symbol('.', 0.9), symbol('7', 0.99)])],
  })
  const { pages, ...rest } = stages('4.7')
  const [only] = pages
  if (!only) throw new Error('there should be a page')
  const digits = only.digits.filter(({ text }) => text !== '.')
  const { user, toggle } = await openReading(read, () => ({
    ...rest,
    pages: [{ ...only, digits }],
  }))
  await user.click(toggle)

  const line = await screen.findByRole('region', { name: 'Stages of the line' })
  const items = within(line).getAllByRole('listitem')
  expect(items.map((item) => item.textContent)).toEqual(['4', '.', '7'])
  expect(items.map((item) => within(item).queryByRole('img')?.getAttribute('alt'))).toEqual([
    'Digit 1, read as 4, as the digit network saw it',
    undefined,
    'Digit 3, read as 7, as the digit network saw it',
  ])
  expect(
    within(line).getByRole('img', { name: 'Part 1 of the line, 4.7, as the line network saw it' }),
  ).toHaveAttribute('src', `data:image/png;base64,${btoa('80 by 32')}`)
})

test('what there was no room for is counted', async () => {
  const { user, toggle } = await openReading(reading(), () =>
    stages('47', { left_out: { pages: 0, runs: 1, digits: 1600 } }),
  )
  await user.click(toggle)

  expect(
    await screen.findByText('There was no room for 1 part of a line, 1,600 digits.'),
  ).toBeVisible()
})

test('networks that came after the reading are named', async () => {
  const { user, toggle } = await openReading(reading(), () =>
    stages('47', { models: { line: '2.0.0', digit: '1.2.0' } }),
  )
  await user.click(toggle)

  expect(await screen.findByText(/digit 1\.2\.0, line 2\.0\.0\.$/)).toBeVisible()
})

test('a busy service can be asked again', async () => {
  let isBusy = true
  const { user, toggle } = await openReading(reading(), () =>
    isBusy ? json.problem(503, 'busy') : stages('47'),
  )
  await user.click(toggle)
  expect(await screen.findByRole('alert')).toHaveTextContent('Try again in a few seconds')
  isBusy = false
  await user.click(screen.getByRole('button', { name: 'Try again' }))

  expect(await screen.findByRole('img', { name: 'Page 1, upright and grey' })).toBeVisible()
})

test('an issue has a name, and one of a line leads to its first digit', async () => {
  const read = reading({
    text: '4\n71',
    pages: [page([symbol('4', 0.99)], [symbol('7', 0.99), symbol('1', 0.99)])],
    issues: [{ code: 'cut_off', message: 'The edge.', page: 0, line: 1, symbol: null }],
  })
  const { user } = await openReading(read)
  const issues = screen.getByRole('region', { name: 'To look at' })
  expect(issues).toHaveTextContent('Cut off. The edge.')
  await user.click(within(issues).getByRole('button', { name: 'Show line 2' }))

  expect(screen.getByRole('heading', { name: 'Digit 2 of 3' })).toBeVisible()
})
