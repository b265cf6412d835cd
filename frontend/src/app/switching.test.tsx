import { screen, within } from '@testing-library/react'
import { HttpResponse } from 'msw'
import { beforeEach, expect, test } from 'vitest'
import type {
  AdminNetwork,
  AdminNetworkList,
  Live,
  LiveVersion,
  NetworkChallenger,
  NetworkComparison,
} from '@/api/types'
import { answers, json } from '@/testing/answers'
import { renderRoute } from '@/testing/render-route'
import { server } from '@/testing/server'

const digit: AdminNetwork = {
  name: 'digit',
  served: '1.1.0',
  wanted: '1.1.0',
  refused: null,
  previous: '1.0.0',
  versions: ['1.2.0', '1.1.0', '1.0.0'],
}

const challenger: NetworkChallenger = {
  id: '0197c7c0-0000-7000-8000-0000000000c1',
  created_at: '2026-01-31T12:00:00Z',
  ended_at: null,
  name: 'digit',
  version: '1.2.0',
  share: 0.2,
}

const rate = {
  readings: 40,
  symbols: 2000,
  judged_readings: 10,
  judged_symbols: 500,
  corrections: 4,
  per_1000: 2,
  per_1000_interval: [0.8, 5.1] as [number, number],
  per_1000_judged: 8,
  per_1000_judged_interval: [3.1, 20.4] as [number, number],
}

const live: LiveVersion = {
  ...rate,
  name: 'digit',
  version: '1.1.0',
  periods: [{ ...rate, begins: '2026-01-01' }],
  confused: [
    { read: '1', said: '7', n: 3 },
    { read: '', said: '4', n: 1 },
  ],
}

const side = { mean_confidence: 0.93, median_ms: 41.4, p95_ms: 97, right: 18 }

const comparison: NetworkComparison = {
  challenger,
  n: 240,
  same: 228,
  same_interval: [0.915, 0.971],
  judged: 20,
  served: { ...side, right_interval: [0.699, 0.972] },
  challenged: { ...side, right: 20, right_interval: [0.839, 1] },
}

function list(changes: Partial<AdminNetworkList> = {}): AdminNetworkList {
  return {
    items: [digit],
    activations: [],
    challenger: null,
    challenger_refused: null,
    ...changes,
  }
}

function serve(changes: Partial<AdminNetworkList> = {}) {
  server.use(answers.adminModels(() => HttpResponse.json(list(changes))))
}

beforeEach(() => {
  server.use(
    answers.adminUsers(() => HttpResponse.json({ items: [], next_cursor: null })),
    answers.live(() => HttpResponse.json<Live>({ by: 'month', items: [live] })),
    answers.comparison(() => HttpResponse.json(comparison)),
  )
})

test('a version is activated after a question, and the page follows the service', async () => {
  const bodies: unknown[] = []
  let items = [digit]
  server.use(
    answers.adminModels(() => HttpResponse.json(list({ items }))),
    answers.activate(async (request) => {
      bodies.push(await request.json())
      items = [{ ...digit, wanted: '1.2.0', previous: '1.1.0' }]
      return HttpResponse.json(items[0])
    }),
  )
  const { user } = renderRoute('/admin/networks', { as: 'ada' })
  await user.click(await screen.findByRole('button', { name: 'Activate digit 1.2.0' }))
  const dialog = await screen.findByRole('dialog')
  expect(within(dialog).getByText(/checked first, and refused/)).toBeVisible()
  await user.click(within(dialog).getByRole('button', { name: 'Activate' }))
  expect(await screen.findByText('Digit network 1.2.0 is activated.')).toBeVisible()
  expect(bodies).toEqual([{ version: '1.2.0' }])
  expect(await screen.findByText('Is being loaded')).toBeVisible()

  items = [{ ...digit, served: '1.2.0', wanted: '1.2.0', previous: '1.1.0' }]
  const link = screen.getByRole('link', { name: '1.2.0' })
  expect(link).toHaveAttribute('href', '/models/digit/1.2.0')
  expect(await within(link.closest('li') ?? link).findByText('Reads now')).toBeVisible()
  expect(screen.getByRole('button', { name: 'Roll back to 1.1.0 …' })).toBeVisible()
})

test('a version that is refused says why, and another that is not served too', async () => {
  const why = "Model bundle, check 'sha256': digit 1.2.0: model.onnx is not the one exported."
  serve({ items: [{ ...digit, wanted: '1.0.0', refused: 'It is damaged.' }] })
  server.use(answers.activate(() => json.problem(409, 'bad_bundle', why)))
  const { user } = renderRoute('/admin/networks', { as: 'ada' })
  expect(
    await screen.findByText('Version 1.0.0 is not served, 1.1.0 reads on. It is damaged.'),
  ).toBeVisible()
  await user.click(screen.getByRole('button', { name: 'Activate digit 1.2.0' }))
  const dialog = await screen.findByRole('dialog')
  await user.click(within(dialog).getByRole('button', { name: 'Activate' }))
  expect(await within(dialog).findByText(why)).toBeVisible()
})

test('going back is one question, and the switches tell of it', async () => {
  let rolledBack = 0
  server.use(
    answers.rollBack(() => {
      rolledBack += 1
      return HttpResponse.json(digit)
    }),
  )
  const activation = {
    id: '0197c7c0-0000-7000-8000-0000000000a1',
    created_at: '2026-01-31T12:00:00Z',
    name: 'digit',
    version: '1.1.0',
    previous: '1.0.0',
    is_rollback: false,
    actor_id: null,
    by: null,
  }
  serve({ activations: [activation] })
  const { user } = renderRoute('/admin/networks', { as: 'ada' })
  await user.click(await screen.findByRole('button', { name: 'Roll back to 1.0.0 …' }))
  await user.click(
    within(await screen.findByRole('dialog')).getByRole('button', { name: 'Roll back' }),
  )
  expect(await screen.findByText('Digit network is rolled back to 1.0.0.')).toBeVisible()
  expect(rolledBack).toBe(1)
  expect(screen.getByText('Digit network: from 1.0.0 to 1.1.0 (on the server)')).toBeVisible()
})

test('a challenger is started with a share, compared and stopped', async () => {
  const bodies: unknown[] = []
  let trial: NetworkChallenger | null = null
  server.use(
    answers.adminModels(() => HttpResponse.json(list({ challenger: trial }))),
    answers.startChallenger(async (request) => {
      bodies.push(await request.json())
      trial = challenger
      return HttpResponse.json(challenger, { status: 201 })
    }),
    answers.endChallenger(() => {
      trial = { ...challenger, ended_at: '2026-02-01T12:00:00Z' }
      return json.done()
    }),
  )
  const { user } = renderRoute('/admin/networks', { as: 'ada' })
  expect(await screen.findByText(/^No version reads along yet/)).toBeVisible()
  await user.click(screen.getByRole('button', { name: 'Let digit 1.2.0 read along' }))
  const dialog = await screen.findByRole('dialog')
  await user.click(within(dialog).getByRole('combobox', { name: 'Share of the readings' }))
  await user.click(await screen.findByRole('option', { name: '20%' }))
  await user.click(within(dialog).getByRole('button', { name: 'Start' }))
  expect(await screen.findByText('Digit network 1.2.0 reads along.')).toBeVisible()
  expect(bodies).toEqual([{ name: 'digit', version: '1.2.0', share: 0.2 }])

  const table = await screen.findByRole('region', { name: 'Served and challenger' })
  const [, served, challenged] = within(table).getAllByRole('row')
  expect(served).toHaveTextContent('Served93%41 ms97 ms18 of 20 (69.9% to 97.2%)')
  expect(challenged).toHaveTextContent('20 of 20')
  expect(screen.getByText(/Same text: 95%/)).toBeVisible()
  await user.click(screen.getByRole('button', { name: 'Stop reading along …' }))
  await user.click(within(await screen.findByRole('dialog')).getByRole('button', { name: 'Stop' }))
  expect(await screen.findByText(/^Digit network 1.2.0 read along with 20%/)).toBeVisible()
})

test('corrections are told by version, time and pair', async () => {
  serve()
  const asked: (string | null)[] = []
  server.use(
    answers.live((request) => {
      asked.push(new URL(request.url).searchParams.get('by'))
      return HttpResponse.json<Live>({ by: 'month', items: [live] })
    }),
  )
  const { user } = renderRoute('/admin/networks', { as: 'ada' })
  const table = await screen.findByRole('region', { name: /^Corrections of Digit network/ })
  expect(within(table).getByRole('row', { name: /^1\.1\.0/ })).toHaveTextContent(
    '2,00042 (0.8 to 5.1)8 (3.1 to 20.4)',
  )
  expect(within(table).getByRole('row', { name: /^from Jan 1, 2026/ })).toBeVisible()
  expect(screen.getByText('1 read, 7 right')).toBeVisible()
  expect(screen.getByText('4 missed')).toBeVisible()
  await user.click(screen.getByText('Weeks'))
  await screen.findByRole('region', { name: /^Corrections of Digit network/ })
  expect(asked).toEqual(['month', 'week'])
})

test('what cannot be asked for is offered again, and what is empty says so', async () => {
  server.use(
    answers.adminModels(() => json.problem(500, 'internal_error', 'Not now.')),
    answers.live(() => HttpResponse.json<Live>({ by: 'month', items: [] })),
  )
  const { user } = renderRoute('/admin/networks', { as: 'ada' })
  const again = await screen.findByRole('button', { name: 'Try again' })
  serve()
  await user.click(again)
  expect(await screen.findByText('Nothing was read yet.')).toBeVisible()
  expect(screen.getByText(/^Nothing was switched yet/)).toBeVisible()
})
