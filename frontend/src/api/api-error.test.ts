import { expect, test } from 'vitest'
import { ApiError, toApiError, unreachable } from '@/api/api-error'
import { errorText, fieldErrorText } from '@/api/error-text'

test('a known code has a sentence of its own', () => {
  const error = toApiError(415, { code: 'not_an_image', detail: 'x' })
  expect(errorText(error)).toContain('not a picture')
})

test.each([
  [422, 'truncated', /damaged or part of it is missing/],
  [422, 'nothing_written', /too small to hold writing/],
  [503, 'busy', /in a few seconds/],
])('%i %s is told with its cause or what to do', (status, code, words) => {
  expect(errorText(toApiError(status, { code, detail: 'x' }))).toMatch(words)
})

test('an unknown code brings its sentence along', () => {
  const error = toApiError(422, { code: 'too_many_pages', detail: 'The file has 31 pages.' })
  expect(errorText(error)).toBe('The file has 31 pages.')
})

test("a proxy's error page counts as a service that cannot be reached", () => {
  expect(toApiError(502, undefined).code).toBe('unreachable')
  expect(toApiError(500, '<html>').code).toBe('server_error')
  expect(errorText(unreachable())).toContain('cannot be reached')
})

test('a field has the message that the service gave it', () => {
  const error = new ApiError(422, 'invalid_request', '', [{ field: 'email', message: 'not valid' }])
  expect(fieldErrorText(error, 'email')).toBe('not valid')
  expect(fieldErrorText(error, 'name')).toBeUndefined()
})
