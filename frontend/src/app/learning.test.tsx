import { screen, waitFor } from '@testing-library/react'
import { HttpResponse } from 'msw'
import { beforeEach, expect, test } from 'vitest'
import { getSession } from '@/api/session'
import { ada, answers, json } from '@/testing/answers'
import { renderRoute } from '@/testing/render-route'
import { server } from '@/testing/server'

beforeEach(() => server.use(answers.devices(() => HttpResponse.json({ items: [] }))))

test('consent is off until it is given, and is taken back as easily', async () => {
  const sent: unknown[] = []
  let answer: () => void = () => undefined
  server.use(
    answers.changeMe(async (request) => {
      const body = (await request.json()) as { shares_corrections: boolean }
      sent.push(body)
      await new Promise<void>((resolve) => (answer = resolve))
      server.use(answers.me(() => json.user({ ...ada.user, ...body })))
      return json.user({ ...ada.user, ...body })
    }),
  )
  const { user } = renderRoute('/account', { as: 'ada' })
  const share = await screen.findByRole('switch', { name: /^Let the networks learn/ })
  expect(share).not.toBeChecked()
  expect(screen.getByText(/no future training set has them/)).toBeVisible()

  await user.click(share)
  expect(share).toBeChecked()
  await user.click(share)
  expect(share).toBeChecked()
  expect(sent).toEqual([{ shares_corrections: true }])
  answer()
  expect(await screen.findByText(/^Thank you/)).toBeVisible()
  expect(getSession()).toMatchObject({ user: { shares_corrections: true } })

  await user.click(share)
  await waitFor(() => expect(sent).toHaveLength(2))
  answer()
  expect(await screen.findByText(/^It is off/)).toBeVisible()
  expect(share).not.toBeChecked()
})

test('consent that could not be kept is not shown as given', async () => {
  server.use(answers.changeMe(() => json.problem(500, 'internal_error', 'Not now.')))
  const { user } = renderRoute('/account', { as: 'ada' })
  const share = await screen.findByRole('switch', { name: /^Let the networks learn/ })
  await user.click(share)
  expect(await screen.findByRole('alert')).toHaveTextContent('It is still off. Not now.')
  expect(share).not.toBeChecked()
})
