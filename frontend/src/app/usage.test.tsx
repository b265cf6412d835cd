import { screen, waitFor, within } from '@testing-library/react'
import { HttpResponse } from 'msw'
import { expect, test, vi } from 'vitest'
import type { Standing, Statement, UsageLine } from '@/api/types'
import { answers, json } from '@/testing/answers'
import { renderRoute } from '@/testing/render-route'
import { server } from '@/testing/server'

function line(changes: Partial<UsageLine> = {}): UsageLine {
  return {
    day: '2026-01-05',
    key_id: null,
    key_name: null,
    models: { line: '1.1.0', digit: '1.1.0' },
    readings: 3,
    pages: 4,
    ...changes,
  }
}

function statement(month: string, changes: Partial<Statement> = {}): Statement {
  return {
    month,
    final: true,
    account: 'a',
    plan: 'team',
    lines: [],
    pages: 20_500,
    included_pages: 20_000,
    beyond_pages: 500,
    price_per_thousand: '4.00',
    amount: '2.00',
    currency: 'EUR',
    ...changes,
  }
}

interface Account {
  lines?: UsageLine[]
  standing?: Partial<Standing>
  months?: string[]
  terms?: Partial<Statement>
}

function serve({ lines = [], standing = {}, months = ['2026-01'], terms = {} }: Account) {
  const asked: string[] = []
  server.use(
    answers.usage((request) => {
      const search = new URL(request.url).searchParams
      asked.push(String(search))
      return json.usage({
        from: search.get('from') ?? '',
        to: search.get('to') ?? '',
        lines,
        totals: { readings: 0, pages: 0 },
        this_month: {
          plan: 'free',
          used_pages: 12,
          included_pages: 1000,
          hard_stop: true,
          resets_at: '2026-02-01T00:00:00Z',
          ...standing,
        },
      })
    }),
    answers.statements(() => HttpResponse.json({ months })),
    answers.statement((month) => json.statement(statement(month, terms))),
  )
  return asked
}

test.each([
  { used_pages: 12, words: ['988 pages are left.', 'reading stops until'] },
  { used_pages: 999, words: ['1 page is left.', 'Nearly used up'] },
  { used_pages: 1000, words: ['All used', 'new pictures are refused for now'] },
  { used_pages: 0, included_pages: 0, words: ['All used', 'larger plan'] },
])('a plan without a price says what happens: %o', async ({ words, ...standing }) => {
  serve({ standing })
  renderRoute('/account/usage', { as: 'ada' })
  const panel = (await screen.findByText('Plan free')).closest('section')
  for (const each of words) expect(panel).toHaveTextContent(each)
  expect(panel).toHaveTextContent('nothing is charged beyond it')
  expect(panel).toHaveTextContent('(UTC)')
})

test('beyond a plan with a price the amount is there, as the service wrote it', async () => {
  serve({
    standing: { plan: 'team', used_pages: 20_500, included_pages: 20_000, hard_stop: false },
    terms: { amount: '2.000', price_per_thousand: '4.0000' },
  })
  renderRoute('/account/usage', { as: 'ada' })
  const panel = (await screen.findByText('Plan team')).closest('section')
  await waitFor(() => expect(panel).toHaveTextContent('4.0000 EUR'))
  expect(panel).toHaveTextContent('2.000 EUR')
  expect(panel).toHaveTextContent('each page beyond is charged')
  expect(screen.getByRole('progressbar')).toHaveAttribute(
    'aria-valuetext',
    '20,500 of 20,000 pages',
  )
})

test('a month is shown by day, as a chart in words and as a table, and by key and networks', async () => {
  const asked = serve({
    lines: [
      line(),
      line({ day: '2026-01-07', key_id: 'k1', key_name: 'Scanner', pages: 30 }),
      line({
        day: '2026-01-08',
        key_id: 'k1',
        key_name: 'Scanner',
        pages: 2,
        models: { digit: '1.0.0' },
      }),
    ],
  })
  const { user, router } = renderRoute('/account/usage?month=2026-01', { as: 'ada' })
  const chart = await screen.findByRole('img', { name: /^Pages by day/ })
  expect(chart).toHaveAccessibleName(/36 on 3 days, most on .*7.* \(30\)\.$/)
  expect(asked[0]).toBe('from=2026-01-01&to=2026-01-31')

  await user.click(screen.getByRole('button', { name: 'Show as a table' }))
  const days = screen.getByRole('table', { name: 'Pages by day' })
  expect(within(days).getAllByRole('row')).toHaveLength(4)
  const keys = within(screen.getByRole('table', { name: 'By key and networks' }))
  expect(keys.getAllByRole('row')).toHaveLength(4)
  expect(keys.getByRole('row', { name: 'Scanner digit 1.1.0, line 1.1.0 3 30' })).toBeVisible()

  await user.click(screen.getByRole('combobox', { name: 'Key' }))
  await user.click(await screen.findByRole('option', { name: 'Scanner', hidden: true }))
  await waitFor(() => expect(router.state.location.search).toBe('?month=2026-01&key=k1'))
  expect(await screen.findByText('32', { selector: 'strong' })).toBeVisible()
  expect(keys.getAllByRole('row')).toHaveLength(3)
})

test('a month without a page says so', async () => {
  serve({ lines: [] })
  renderRoute('/account/usage', { as: 'ada' })
  expect(await screen.findByText('Nothing was read in this month.')).toBeVisible()
  expect(screen.queryByRole('img', { name: /^Pages by day/ })).toBeNull()
})

test('a statement is fetched with the token and saved', async () => {
  const asked: [string | null, string | null][] = []
  serve({ months: ['2026-02', '2026-01'] })
  server.use(
    answers.statement((month, request) => {
      const format = new URL(request.url).searchParams.get('format')
      if (format === null) return json.statement(statement(month))
      asked.push([format, request.headers.get('Authorization')])
      return new HttpResponse('%PDF-1.7')
    }),
  )
  const clicked = vi.spyOn(HTMLAnchorElement.prototype, 'click').mockImplementation(() => undefined)
  const { user } = renderRoute('/account/usage', { as: 'ada' })
  await user.click(await screen.findByRole('button', { name: /^Download .*January.* as PDF$/ }))
  await waitFor(() => expect(clicked).toHaveBeenCalledOnce())
  expect((clicked.mock.contexts[0] as HTMLAnchorElement).download).toBe('legible-2026-01.pdf')
  expect(asked).toEqual([['pdf', 'Bearer token-of-ada']])
})
