import { screen, within } from '@testing-library/react'
import { HttpResponse } from 'msw'
import { expect, test } from 'vitest'
import type { NetworkResult, NetworkVersion } from '@/api/types'
import { answers, json } from '@/testing/answers'
import { renderRoute } from '@/testing/render-route'
import { server } from '@/testing/server'

function result(changes: Partial<NetworkResult> = {}): NetworkResult {
  return {
    pictures: 'test',
    symbols: null,
    n: 10_000,
    errors: 36,
    accuracy: 0.9964,
    interval: [0.99502, 0.9974],
    calibration_error: 0.00224,
    refused: 0.0051,
    read: null,
    wrong_among_read: null,
    wrong_among_read_interval: null,
    symbol_errors: null,
    ...changes,
  }
}

function serve(changes: Partial<NetworkVersion>) {
  const asked: string[] = []
  server.use(
    answers.networks(() =>
      HttpResponse.json({
        items: [
          { name: 'digit', served: '1.1.0', versions: ['1.1.0', '1.0.0'] },
          { name: 'line', served: '1.2.0', versions: ['1.2.0'] },
        ],
      }),
    ),
    answers.networkVersion((request) => {
      const [name = '', version = ''] = new URL(request.url).pathname.split('/').slice(-2)
      asked.push(`${name} ${version}`)
      if (version === '9.9.9') return json.problem(404, 'not_found')
      return HttpResponse.json<NetworkVersion>({
        name,
        version,
        created_at: null,
        parameters: null,
        read_from: null,
        measured_with: null,
        results: [],
        reliability: null,
        confusion: null,
        card: null,
        ...changes,
      })
    }),
  )
  return asked
}

test('the network that reads now is drawn, told in words and there as tables', async () => {
  const asked = serve({
    results: [result()],
    reliability: [
      { n: 58, confidence: 0.90869, accuracy: 0.91379 },
      { n: 9840, confidence: 0.99809, accuracy: 0.99959 },
    ],
    confusion: [
      [978, 2],
      [1, 1134],
    ],
  })
  const { user } = renderRoute('/models', { as: 'nobody' })
  expect(await screen.findByText('99.64%', { selector: 'p' })).toBeVisible()
  expect(asked).toEqual(['digit 1.1.0'])
  expect(screen.getByText(/36 of 10,000 were wrong/)).toHaveTextContent('99.5% to 99.74%')
  expect(screen.getByRole('img', { name: /^Confidence against/ })).toHaveAccessibleName(
    /Confidence 99.81%: 99.96% of 9,840 right/,
  )
  expect(screen.getByRole('img', { name: /^Digits written/ })).toHaveAccessibleName(
    /3 of 2,115 wrong\. The commonest mistake: A written 0 was read as 1 in 2 of 980 pictures/,
  )
  await user.click(screen.getByRole('button', { name: /^Which digits .* as a table$/ }))
  const table = within(screen.getByRole('region', { name: 'Digits written and read' }))
  expect(table.getByRole('row', { name: '1 1 1,134' })).toBeVisible()
  await user.click(screen.getByRole('button', { name: /^Can its .* as a table$/ }))
  const bins = within(screen.getByRole('region', { name: 'Confidence and share right' }))
  expect(bins.getAllByRole('row')).toHaveLength(3)
})

test('a version whose files hold nothing says what is missing', async () => {
  serve({})
  renderRoute('/models/digit/1.0.0', { as: 'nobody' })
  for (const what of [
    'figures',
    'reliability diagram',
    'confusion matrix',
    'results',
    'model card',
  ]) {
    expect(await screen.findByText(`The files of this version hold no ${what}.`)).toBeVisible()
  }
})

test('a card is shown without what could do harm', async () => {
  serve({
    card: '# Model card\n\n<script>x</script>\n\nThis <b>bold</b> ![seen](https://x.example/a.png) [go](javascript:alert(1))\n\n| a | b |\n| --- | --- |\n| 1 | 2 |',
  })
  renderRoute('/models', { as: 'nobody' })
  const title = await screen.findByRole('heading', { name: 'Model card', level: 3 })
  const card = title.parentElement ?? document.body
  expect(within(card).getByRole('cell', { name: '2' })).toBeVisible()
  expect(card).toHaveTextContent('<b>bold</b>')
  expect(card.querySelector('script, b, img')).toBeNull()
  expect(within(card).getByText('go')).not.toHaveAttribute('href', expect.stringMatching('script'))
})

test('the line network shows each set, and with which networks it was measured', async () => {
  const asked = serve({
    measured_with: { digit: '1.1.0', line: '1.2.0' },
    results: [
      result({ pictures: 'cells', symbols: 'number', refused: null, read: 0.77853 }),
      result({ pictures: 'new set', symbols: 'digits', n: null, interval: null, refused: null }),
    ],
  })
  const { user } = renderRoute('/models', { as: 'nobody' })
  await user.click(await screen.findByRole('link', { name: 'Line network' }))
  expect(await screen.findByText(/digit 1.1.0, line 1.2.0/)).toBeVisible()
  expect(asked.at(-1)).toBe('line 1.2.0')
  const table = within(screen.getByRole('region', { name: 'Results by pictures' }))
  expect(table.getByRole('row', { name: /^Photographed cells .* minus signs/ })).toHaveTextContent(
    '77.85%',
  )
  expect(table.getByRole('row', { name: /^new set/ })).toHaveTextContent('Not known')
})

test.each(['/models/digit/9.9.9', '/models/teacher'])('%s is not there', async (path) => {
  serve({})
  renderRoute(path, { as: 'nobody' })
  expect(await screen.findByText(/^There is no such version here/)).toBeVisible()
})
