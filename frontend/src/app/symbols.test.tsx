import { fireEvent, screen, waitFor } from '@testing-library/react'
import { expect, test } from 'vitest'
import { answers, json } from '@/testing/answers'
import { renderRoute } from '@/testing/render-route'
import { server } from '@/testing/server'

const picture = new File(['pixels'], 'card.jpg', { type: 'image/jpeg' })

function drop() {
  fireEvent.drop(document.body, { dataTransfer: { types: ['Files'], files: [picture] } })
}

test('points, commas and dashes are read only where that was asked for', async () => {
  const asked: FormDataEntryValue[] = []
  server.use(
    answers.list(() => json.list([])),
    answers.upload(async (request) => {
      asked.push(...(await request.formData()).getAll('symbols'))
      return json.problem(415, 'not_an_image', 'x')
    }),
  )
  const { user } = renderRoute('/read', { as: 'ada' })

  await screen.findByRole('button', { name: 'Choose files' })
  drop()
  await screen.findByText('card.jpg')
  await user.click(screen.getByRole('radio', { name: 'With . , and -' }))
  drop()

  await waitFor(() => expect(asked).toEqual(['digits', 'number']))
})
