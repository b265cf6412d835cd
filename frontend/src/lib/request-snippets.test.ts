import { expect, test } from 'vitest'
import { exampleRequest, readSnippets, type ReadRequest } from '@/lib/request-snippets'

function textsOf(changes: Partial<ReadRequest> = {}) {
  const request = {
    ...exampleRequest,
    server: 'https://legible.example',
    key: 'lgb_key',
    ...changes,
  }
  const texts = readSnippets(request).map(({ name, text }) => [name, text] as const)
  return Object.fromEntries(texts) as Record<'curl' | 'python' | 'javascript', string>
}

test('a plain request has nothing that is not needed', () => {
  const { curl, python, javascript } = textsOf()

  expect(curl).toBe(
    "curl https://legible.example/api/v1/readings \\\n  -H 'Authorization: Bearer lgb_key' \\\n  -F file=@card.jpg",
  )
  expect(python).toContain('Client("https://legible.example", api_key="lgb_key")')
  expect(python).toContain('service.read("card.jpg")')
  expect(javascript).toContain('fetch("https://legible.example/api/v1/readings", {')
  expect(javascript).toContain('Authorization: "Bearer lgb_key"')
  expect(javascript).toContain('form.append("file", await openAsBlob("card.jpg"), "card.jpg")')
})

test('each has the options that a reading was made with', () => {
  const { curl, python, javascript } = textsOf({
    symbols: 'number',
    pattern: '\\d{2}',
    stages: true,
  })

  expect(curl).toContain("curl 'https://legible.example/api/v1/readings?detail=stages'")
  expect(curl).toContain('-F symbols=number')
  expect(curl).toContain("--form-string 'pattern=\\d{2}'")
  expect(python).toContain(
    'service.read("card.jpg", symbols="number", pattern="\\\\d{2}", stages=True)',
  )
  expect(javascript).toContain('readings?detail=stages')
  expect(javascript).toContain('form.append("symbols", "number")')
  expect(javascript).toContain('form.append("pattern", "\\\\d{2}")')
})

test('no name of a file breaks out of its quotes', () => {
  const { curl, python, javascript } = textsOf({ fileName: `a'b"; rm, $(x).jpg` })

  expect(curl).toContain(`-F 'file=@"a'\\''b\\"; rm, $(x).jpg"'`)
  expect(python).toContain(`service.read("a'b\\"; rm, $(x).jpg")`)
  expect(javascript).toContain(`openAsBlob("a'b\\"; rm, $(x).jpg")`)
})
