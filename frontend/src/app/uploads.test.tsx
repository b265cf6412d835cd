import { act, fireEvent, screen, waitFor } from '@testing-library/react'
import { afterEach, expect, test } from 'vitest'
import { clearUploads } from '@/features/readings/uploads/upload-queue'
import { answers, json, reading } from '@/testing/answers'
import { renderRoute } from '@/testing/render-route'
import { server } from '@/testing/server'

// The queue lives as long as the app.
afterEach(clearUploads)

const file = (name: string) => new File(['pixels'], name, { type: 'image/png' })

async function drop(...files: File[]) {
  await screen.findByRole('button', { name: 'Choose files' })
  fireEvent.drop(document.body, { dataTransfer: { types: ['Files'], files } })
}

/** Uploads wait until the test lets one after the other through. */
function holdUploads() {
  const held: (() => void)[] = []
  let most = 0
  server.use(
    answers.list(() => json.list([])),
    answers.image(),
    answers.upload(async () => {
      await new Promise<void>((resolve) => {
        held.push(resolve)
        most = Math.max(most, held.length)
      })
      return json.reading(reading({ text: '47' }), 201)
    }),
  )
  return {
    held,
    most: () => most,
    releaseOne: () => act(() => held.shift()?.()),
  }
}

test('several files are read three at a time, whichever page is shown', async () => {
  const uploads = holdUploads()
  const { router } = renderRoute('/read', { as: 'ada' })
  await drop(...['a.png', 'b.png', 'c.png', 'd.png'].map(file))

  await waitFor(() => expect(uploads.held).toHaveLength(3))
  expect(screen.getByText('0 of 4 read')).toBeVisible()
  expect(screen.getByText(/Waiting/)).toBeVisible()
  const leaving = new Event('beforeunload', { cancelable: true })
  window.dispatchEvent(leaving)
  expect(leaving.defaultPrevented).toBe(true)

  await act(() => router.navigate('/readings'))
  expect(await screen.findByRole('link', { name: /0 of 4/ })).toBeVisible()
  for (let number = 0; number < 4; number += 1) {
    await waitFor(() => expect(uploads.held.length).toBeGreaterThan(0))
    uploads.releaseOne()
  }
  await waitFor(() => expect(screen.queryByRole('link', { name: /of 4/ })).toBeNull())
  await act(() => router.navigate('/read'))

  expect(await screen.findByText('4 of 4 read')).toBeVisible()
  expect(screen.getAllByRole('link', { name: '47' })).toHaveLength(4)
  expect(uploads.most()).toBe(3)
  const done = new Event('beforeunload', { cancelable: true })
  window.dispatchEvent(done)
  expect(done.defaultPrevented).toBe(false)
})

test('one file that fails does not stop the others, and can be sent again', async () => {
  let uploads = 0
  server.use(
    answers.list(() => json.list([])),
    answers.upload(() => {
      uploads += 1
      return uploads === 2
        ? json.problem(500, 'internal_error', 'Something broke here.')
        : json.reading(reading(), 201)
    }),
  )
  const { user } = renderRoute('/read', { as: 'ada' })
  await drop(file('good.png'), file('bad.png'), new File([], 'empty.png'))

  expect(await screen.findByText('1 of 3 read, 2 failed')).toBeVisible()
  expect(screen.getByText('Something broke here.')).toBeVisible()
  expect(screen.getByText(/This file is empty/)).toBeVisible()
  expect(screen.queryByRole('button', { name: 'Retry empty.png' })).toBeNull()
  await user.click(screen.getByRole('button', { name: 'Retry 1 failed' }))

  expect(await screen.findByText('2 of 3 read, 1 failed')).toBeVisible()
})

test('one file or all can be cancelled, and the list cleared', async () => {
  const uploads = holdUploads()
  const { user } = renderRoute('/read', { as: 'ada' })
  await drop(file('a.png'), file('b.png'))
  await waitFor(() => expect(uploads.held).toHaveLength(2))
  await user.click(screen.getByRole('button', { name: 'Cancel a.png' }))
  expect(await screen.findByText('0 of 2 read, 1 cancelled')).toBeVisible()
  await user.click(screen.getByRole('button', { name: 'Cancel all' }))
  expect(await screen.findByText('0 of 2 read, 2 cancelled')).toBeVisible()

  await user.click(screen.getByRole('button', { name: 'Clear the list' }))
  expect(screen.queryByText(/of 2 read/)).toBeNull()
})

test.each([1, 2])(
  'an address that is not confirmed leads to the account, with %i files',
  async (count) => {
    server.use(
      answers.list(() => json.list([])),
      answers.upload(() => json.problem(403, 'email_not_verified', 'Confirm your address first.')),
    )
    renderRoute('/read', { as: 'ada' })
    await drop(...['a.png', 'b.png'].slice(0, count).map(file))

    const links = await screen.findAllByRole('link', { name: 'Go to your account' })
    expect(links[0]).toHaveAttribute('href', '/account')
    expect(screen.getAllByText(/Confirm your address first/)[0]).toBeVisible()
  },
)
