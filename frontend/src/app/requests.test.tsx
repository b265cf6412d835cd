import { fireEvent, screen, within } from '@testing-library/react'
import { expect, test } from 'vitest'
import { answers, json, reading } from '@/testing/answers'
import { renderRoute } from '@/testing/render-route'
import { server } from '@/testing/server'

test('a reading tells its JSON and its request, with what it was asked for', async () => {
  const asked = reading({ symbols: 'number', pattern: 'date', file_name: 'form 7.jpg' })
  server.use(
    answers.show(() => json.reading(asked)),
    answers.image(),
  )
  const { user } = renderRoute(`/readings/${asked.id}`, { as: 'ada' })
  await user.click(await screen.findByRole('button', { name: 'For developers' }))

  const shown = await screen.findByLabelText('Example: JSON')
  expect(JSON.parse(shown.textContent)).toEqual(asked)
  expect(shown).toHaveTextContent('"box": [10, 10, 30, 50]')
  await user.click(screen.getByRole('tab', { name: 'curl' }))
  const curl = await screen.findByLabelText('Example: curl')
  expect(curl).toHaveTextContent(`curl ${window.location.origin}/api/v1/readings`)
  expect(curl).toHaveTextContent("-H 'Authorization: Bearer YOUR_API_KEY'")
  expect(curl).toHaveTextContent("-F 'file=@form 7.jpg' \\ -F symbols=number")
  expect(curl).toHaveTextContent('--form-string pattern=date')
  await user.click(screen.getByRole('checkbox', { name: 'Ask for what the model saw as well' }))
  expect(curl).toHaveTextContent('readings?detail=stages')
  await user.click(screen.getByRole('tab', { name: 'Python' }))
  expect(await screen.findByLabelText('Example: Python')).toHaveTextContent(
    'service.read("form 7.jpg", symbols="number", pattern="date", stages=True)',
  )
})

test('writing style and timing are told in words', async () => {
  const written = reading({ timing_ms: { decode: 1.5, line: 6, total: 9.8 } })
  const [page] = written.pages
  const style = { slant_deg: 8.4, stroke_width_px: 3.24, height_px: 41, aspect: 0.6, loops: 1 }
  if (page?.lines[0]) page.lines[0].style = style
  server.use(
    answers.show(() => json.reading(written)),
    answers.image(),
  )
  const { user } = renderRoute(`/readings/${written.id}`, { as: 'ada' })
  await user.click(await screen.findByRole('button', { name: 'Writing style and timing' }))

  const row = screen.getByRole('row', { name: /^47/ })
  expect(row).toHaveTextContent('478° to the right3.2 px41 px0.601 in each digit')
  const steps = within(screen.getByRole('table', { name: 'How long the reading took' }))
  expect(steps.getAllByRole('row').map((each) => each.textContent)).toEqual([
    'StepTime',
    'Reading whole lines6.0 ms',
    'Opening the file1.5 ms',
    'In all9.8 ms',
  ])
})

test('the picture is zoomed by keys and by buttons', async () => {
  server.use(
    answers.show(() => json.reading(reading())),
    answers.image(),
  )
  const { user } = renderRoute(`/readings/${reading().id}`, { as: 'ada' })
  const frame = await screen.findByRole('group', { name: /^The picture/ })
  fireEvent.keyDown(frame, { key: '+' })

  expect(await screen.findByText('150%')).toBeVisible()
  await user.click(screen.getByRole('button', { name: 'Zoom in' }))
  expect(screen.getByText('225%')).toBeVisible()
  fireEvent.wheel(frame, { ctrlKey: true, deltaY: 1000 })
  expect(screen.getByText('151%')).toBeVisible()
  fireEvent.wheel(frame, { deltaY: 1000 })
  expect(screen.getByText('151%')).toBeVisible()
  fireEvent.keyDown(frame, { key: '0' })
  expect(screen.queryByText('151%')).not.toBeInTheDocument()
})

test('what the number must look like is sent, and a refusal is said at the field', async () => {
  const forms: FormData[] = []
  const words = "A '[' in the pattern has no symbols or no ']'. Close it."
  server.use(
    answers.list(() => json.list([])),
    answers.upload(async (request) => {
      const form = await request.formData()
      forms.push(form)
      return form.get('pattern') === '[12'
        ? json.problem(422, 'bad_pattern', words)
        : json.reading(reading(), 201)
    }),
    answers.show(() => json.reading(reading())),
    answers.image(),
  )
  const { user } = renderRoute('/read', { as: 'ada' })
  await user.selectOptions(
    await screen.findByLabelText('What kind of number is it?'),
    'A pattern of your own …',
  )
  fireEvent.change(screen.getByLabelText('Pattern'), { target: { value: '[12' } })
  const picture = new File(['pixels'], 'card.jpg', { type: 'image/jpeg' })
  fireEvent.drop(document.body, { dataTransfer: { types: ['Files'], files: [picture] } })

  expect(await screen.findByText(words)).toBeVisible()
  expect(screen.getByLabelText('Pattern')).toHaveAccessibleDescription(new RegExp('Close it'))
  fireEvent.change(screen.getByLabelText('Pattern'), { target: { value: '[12]\\.\\d' } })
  await user.click(screen.getByRole('button', { name: 'Read card.jpg with it' }))
  expect(await screen.findByRole('heading', { name: 'Read: 47' })).toBeInTheDocument()
  expect(forms.map((form) => [form.get('pattern'), form.get('symbols')])).toEqual([
    ['[12', 'digits'],
    ['[12]\\.\\d', 'number'],
  ])
})
