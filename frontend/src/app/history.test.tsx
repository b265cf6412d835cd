import { screen, waitFor, within } from '@testing-library/react'
import { expect, test } from 'vitest'
import { answers, json, reading } from '@/testing/answers'
import { renderRoute } from '@/testing/render-route'
import { server } from '@/testing/server'

const many = Array.from({ length: 5000 }, (_, index) =>
  reading({ id: `r${index}`, file_name: `scan-${index}.png`, text: String(index) }),
)

test('the filters are in the address and go to the service', async () => {
  const asked: string[] = []
  server.use(
    answers.list((request) => {
      asked.push(new URL(request.url).search)
      return json.list([reading()])
    }),
  )
  const { user, router } = renderRoute('/readings?from=2026-01-01&status=review', { as: 'ada' })
  await screen.findByText('card.jpg')
  await user.type(screen.getByLabelText('Text contains'), '47')

  await waitFor(() =>
    expect(router.state.location.search).toBe('?from=2026-01-01&status=review&text=47'),
  )
  await waitFor(() => expect(asked.at(-1)).toContain('text=47'))
  expect(asked.at(-1)).toContain('from=2026-01-01')
  expect(asked.at(-1)).toContain('status=review')
  await user.click(screen.getByRole('button', { name: 'Clear' }))
  await waitFor(() => expect(router.state.location.search).toBe(''))
})

test('nothing that matches is not an empty history', async () => {
  server.use(answers.list(() => json.list([])))
  renderRoute('/readings?text=99', { as: 'ada' })
  expect(await screen.findByText(/Nothing matches/)).toBeVisible()
  expect(screen.queryByText('Nothing read yet')).toBeNull()
})

test('of a long list only what can be seen is in the page', async () => {
  server.use(answers.list(() => json.list(many)))
  renderRoute('/readings', { as: 'ada' })
  expect(await screen.findByText('scan-0.png')).toBeVisible()
  expect(screen.getByText('5,000 readings')).toBeVisible()
  const rows = within(screen.getByRole('main')).getAllByRole('listitem')
  expect(rows.length).toBeLessThan(60)
  expect(rows[0]).toHaveAttribute('aria-setsize', '5000')
})

test('several are ticked and deleted after a yes; what the service keeps stays', async () => {
  const gone: string[] = []
  server.use(
    answers.list(() => json.list(many.slice(0, 3))),
    answers.remove((request) => {
      const id = new URL(request.url).pathname.split('/').at(-1) ?? ''
      if (id === 'r1') return json.problem(503, 'not_ready')
      gone.push(id)
      return new Response(null, { status: 204 })
    }),
  )
  const { user } = renderRoute('/readings', { as: 'ada' })
  await user.click(await screen.findByRole('checkbox', { name: 'Select scan-0.png' }))
  await user.click(screen.getByRole('checkbox', { name: 'Select scan-1.png' }))
  expect(screen.getByText('2 selected')).toBeVisible()
  await user.click(screen.getByRole('button', { name: 'Delete selected' }))
  await user.click(
    within(await screen.findByRole('dialog')).getByRole('button', { name: 'Delete' }),
  )

  expect(await screen.findByText(/Some could not be deleted/)).toBeVisible()
  expect(gone).toEqual(['r0'])
  expect(screen.queryByText('scan-0.png')).toBeNull()
  expect(screen.getByText('scan-1.png')).toBeInTheDocument()
})

test('an export has what is shown, or all', async () => {
  const asked: URLSearchParams[] = []
  server.use(
    answers.list(() => json.list([reading()])),
    answers.exported((request) => {
      asked.push(new URL(request.url).searchParams)
      return new Response('id,text\n')
    }),
  )
  const { user } = renderRoute('/readings?text=4', { as: 'ada' })
  await user.click(await screen.findByRole('button', { name: 'Export' }))
  await user.click(await screen.findByRole('menuitem', { name: 'CSV, as filtered', hidden: true }))
  expect(await screen.findByText(/saved to your downloads/)).toBeVisible()
  await user.click(screen.getByRole('button', { name: 'Export' }))
  await user.click(await screen.findByRole('menuitem', { name: 'Excel (XLSX)', hidden: true }))

  await waitFor(() => expect(asked).toHaveLength(2))
  expect(String(asked[0])).toBe('text=4&format=csv')
  expect(String(asked[1])).toBe('format=xlsx')
})
