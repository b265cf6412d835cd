import { screen, waitFor, within } from '@testing-library/react'
import { expect, test } from 'vitest'
import { answers, json, reading } from '@/testing/answers'
import { renderRoute } from '@/testing/render-route'
import { server } from '@/testing/server'

// jsdom is a browser without cameras, as those are where a page did not come over HTTPS.
test('without a camera the reason is told, and a picture can be chosen instead', async () => {
  let sent: FormDataEntryValue | null = null
  server.use(
    answers.list(() => json.list([])),
    answers.upload(async (request) => {
      sent = (await request.formData()).get('file')
      return json.reading(reading(), 201)
    }),
    answers.image(),
  )
  const { user } = renderRoute('/read', { as: 'ada' })
  await user.click(await screen.findByRole('button', { name: 'Use camera' }))
  const dialog = await screen.findByRole('dialog', { name: 'Take a picture' })
  expect(await within(dialog).findByRole('alert')).toHaveTextContent(/HTTPS/)
  expect(within(dialog).queryByRole('button', { name: 'Try again' })).not.toBeInTheDocument()

  const input = dialog.querySelector<HTMLInputElement>('input[type=file]')
  expect(input).toHaveAttribute('capture', 'environment')
  if (!input) return
  await user.upload(input, new File(['pixels'], 'slip.jpg', { type: 'image/jpeg' }))
  expect(await screen.findByRole('heading', { name: 'Read: 47' })).toBeVisible()
  expect(sent).toHaveProperty('type', 'image/jpeg')
})

test('an empty pad cannot be read, and closing it leads back to its button', async () => {
  server.use(answers.list(() => json.list([])))
  const { user } = renderRoute('/read', { as: 'ada' })
  const button = await screen.findByRole('button', { name: 'Draw a number' })
  await user.click(button)
  const dialog = await screen.findByRole('dialog', { name: 'Draw a number' })
  expect(await within(dialog).findByRole('button', { name: 'Read' })).toBeDisabled()
  expect(within(dialog).getByRole('button', { name: 'Undo' })).toBeDisabled()
  expect(within(dialog).getByText(/If you cannot draw/)).toBeVisible()

  await user.keyboard('{Escape}')
  await waitFor(() => expect(button).toHaveFocus())
})
