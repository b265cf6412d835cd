import { http, HttpResponse } from 'msw'
import { expect, test, vi } from 'vitest'
import { authorized } from '@/api/access'
import { client, unwrap } from '@/api/client'
import { forgetSession, getSession, startSession } from '@/api/session'
import { uploadPicture } from '@/api/upload'
import { ada, answers, json, reading } from '@/testing/answers'
import { server } from '@/testing/server'

const newer = { ...ada, access_token: 'newer-token' }
const picture = new File(['pixels'], 'card.jpg', { type: 'image/jpeg' })
const options = {
  symbols: 'digits',
  signal: new AbortController().signal,
  onProgress: () => undefined,
} as const

/** A service that takes only the newer token, and gives it out for the cookie. */
function serveNewer() {
  const seen = { refreshes: [] as Request[], tokens: [] as (string | null)[] }
  const take = (request: Request, answer: () => Response) => {
    const token = request.headers.get('Authorization')
    seen.tokens.push(token)
    return token === 'Bearer newer-token' ? answer() : json.problem(401, 'token_expired')
  }
  server.use(
    answers.refresh((request) => {
      seen.refreshes.push(request)
      return json.session(newer)
    }),
    answers.list((request) => take(request, () => json.list([reading()]))),
    answers.upload((request) => take(request, () => json.reading(reading(), 201))),
  )
  return seen
}

const list = () => unwrap(client.GET('/api/v1/readings'))

test('a token that ran out is renewed by the cookie, and the request is sent again', async () => {
  const seen = serveNewer()
  startSession(ada)

  expect((await list()).items).toHaveLength(1)

  expect(seen.tokens).toEqual(['Bearer token-of-ada', 'Bearer newer-token'])
  expect(seen.refreshes).toHaveLength(1)
  expect(seen.refreshes[0]?.headers.get('X-Requested-With')).toBe('legible')
  expect(seen.refreshes[0]?.headers.has('Authorization')).toBe(false)
  expect(getSession()).toMatchObject({ status: 'active', accessToken: 'newer-token' })
})

test('requests that are refused at once share one refresh', async () => {
  const seen = serveNewer()
  startSession(ada)

  await Promise.all([list(), list(), uploadPicture(picture, options)])

  expect(seen.refreshes).toHaveLength(1)
  expect(seen.tokens.filter((token) => token === 'Bearer newer-token')).toHaveLength(3)
})

test('a token that has surely run out is not even sent', async () => {
  const seen = serveNewer()
  startSession({ ...ada, expires_in: 0 })

  await uploadPicture(picture, options)

  expect(seen.tokens).toEqual(['Bearer newer-token'])
})

test('an upload that was refused is repeated once', async () => {
  const seen = serveNewer()
  startSession(ada)

  await expect(uploadPicture(picture, options)).resolves.toMatchObject({ text: '47' })

  expect(seen.tokens).toEqual(['Bearer token-of-ada', 'Bearer newer-token'])
})

test('an upload that is refused again ends the session and is not repeated', async () => {
  let uploads = 0
  server.use(
    answers.refresh(() => json.session(newer)),
    answers.upload(() => {
      uploads += 1
      return json.problem(401, 'not_authenticated')
    }),
  )
  startSession(ada)

  await expect(uploadPicture(picture, options)).rejects.toMatchObject({ status: 401 })

  expect(uploads).toBe(2)
  expect(getSession()).toEqual({ status: 'ended', user: ada.user })
})

test('an upload that was cancelled while the token was renewed is not sent', async () => {
  const controller = new AbortController()
  let uploads = 0
  server.use(
    answers.refresh(() => {
      controller.abort()
      return json.session(newer)
    }),
    answers.upload(() => {
      uploads += 1
      return json.reading(reading(), 201)
    }),
  )
  startSession({ ...ada, expires_in: 0 })

  const upload = uploadPicture(picture, { ...options, signal: controller.signal })

  await expect(upload).rejects.toMatchObject({ code: 'cancelled' })
  expect(uploads).toBe(0)
})

test('a refresh that is refused ends the session and keeps who it was', async () => {
  server.use(
    answers.refresh(() => json.problem(401, 'session_ended')),
    answers.list(() => json.problem(401, 'token_expired')),
  )
  startSession(ada)

  await expect(list()).rejects.toMatchObject({ status: 401 })

  expect(getSession()).toEqual({ status: 'ended', user: ada.user })
})

test.each([
  ['nobody', () => HttpResponse.error(), 'unreachable'],
  ['a proxy', () => new HttpResponse('<html>', { status: 503 }), 'unreachable'],
  ['a service in trouble', () => json.problem(500, 'internal_error'), 'internal_error'],
])('a refresh that %s answers does not end the session', async (_, answer, code) => {
  server.use(answers.refresh(answer))
  startSession({ ...ada, expires_in: 0 })

  await expect(list()).rejects.toMatchObject({ code })
  expect(getSession().status).toBe('active')

  serveNewer()
  expect((await list()).items).toHaveLength(1)
})

test('the cookie of another account is not taken for this one', async () => {
  const bob = { ...newer, user: { ...ada.user, id: 'bob', name: 'Bob' } }
  server.use(answers.refresh(() => json.session(bob)))
  startSession({ ...ada, expires_in: 0 })

  await expect(list()).rejects.toMatchObject({ code: 'session_ended' })

  expect(getSession()).toEqual({ status: 'ended', user: ada.user })
})

test('who logs out while the token is renewed stays out', async () => {
  server.use(
    answers.refresh(() => {
      forgetSession()
      return json.session(newer)
    }),
  )
  startSession({ ...ada, expires_in: 0 })

  await expect(list()).rejects.toMatchObject({ code: 'session_ended' })

  expect(getSession().status).toBe('anonymous')
})

test('nobody asks without a token, and no cookie is tried', async () => {
  const seen = await authorized((authorization) => Promise.resolve({ status: 401, authorization }))

  expect(seen).toEqual({ status: 401, authorization: null })
})

test('the access token is kept in no storage', () => {
  startSession(ada)

  const kept = JSON.stringify([localStorage, sessionStorage].flatMap(Object.entries))
  expect(kept).toContain(ada.user.email)
  expect(kept).not.toContain(ada.access_token)
})

test('after a reload the cookie gives a token before the first request', async () => {
  startSession(ada)
  const seen = serveNewer()
  const page = await reload()

  expect(page.session.getSession()).toMatchObject({ status: 'active', accessToken: null })
  await page.access.resumeSession()
  const { data } = await page.client.GET('/api/v1/readings')

  expect(data?.items).toHaveLength(1)
  expect(seen.tokens).toEqual(['Bearer newer-token'])
  expect(seen.refreshes).toHaveLength(1)
})

test('after a reload without a good cookie the session has ended', async () => {
  startSession(ada)
  server.use(answers.refresh(() => json.problem(401, 'session_ended')))
  const page = await reload()

  await page.access.resumeSession()

  expect(page.session.getSession()).toEqual({ status: 'ended', user: ada.user })
  expect((await reload()).session.getSession().status).toBe('anonymous')
})

test('a visitor without an account is not asked for a cookie at load', async () => {
  server.use(http.post('*/api/v1/auth/refresh', () => expect.fail('there was a refresh')))
  const page = await reload()

  await page.access.resumeSession()

  expect(page.session.getSession()).toEqual({ status: 'anonymous', loggedOut: false })
})

/** The modules as a freshly loaded page has them. */
async function reload() {
  vi.resetModules()
  return {
    session: await import('@/api/session'),
    access: await import('@/api/access'),
    client: (await import('@/api/client')).client,
  }
}
