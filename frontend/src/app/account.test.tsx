import { screen, waitFor } from '@testing-library/react'
import { HttpResponse } from 'msw'
import { expect, test } from 'vitest'
import type { Device } from '@/api/types'
import { answers } from '@/testing/answers'
import { renderRoute } from '@/testing/render-route'
import { server } from '@/testing/server'

const device = (id: string, name: string, current = false): Device => ({
  id,
  device: name,
  address: '192.0.2.7',
  created_at: '2026-01-31T12:00:00Z',
  last_used_at: '2026-01-31T12:00:00Z',
  expires_at: '2026-02-14T12:00:00Z',
  current,
})

test('the other devices are logged out, one or all, and never this one', async () => {
  let devices = [
    device('here', 'Firefox on Linux', true),
    device('phone', 'Safari on iPhone'),
    device('work', 'Chrome on Windows'),
    device('old', 'Edge on Windows'),
  ]
  server.use(
    answers.devices(() => HttpResponse.json({ items: devices })),
    answers.endDevice((id) => {
      devices = devices.filter((each) => each.id !== id)
      return new HttpResponse(null, { status: 204 })
    }),
  )
  const { user } = renderRoute('/account', { as: 'ada' })
  expect(await screen.findByRole('heading', { name: 'Your account' })).toBeVisible()
  await user.click(await screen.findByRole('button', { name: /^Log out Safari on iPhone/ }))
  await waitFor(() => expect(screen.queryByText('Safari on iPhone')).toBeNull())
  expect(screen.queryByRole('button', { name: /^Log out Firefox on Linux/ })).toBeNull()

  await user.click(screen.getByRole('button', { name: 'Log out all others' }))
  await waitFor(() => expect(screen.queryByText('Chrome on Windows')).toBeNull())
  expect(devices.map(({ id }) => id)).toEqual(['here'])
})
