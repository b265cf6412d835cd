import { waitFor } from '@testing-library/react'
import { HttpResponse } from 'msw'
import { beforeEach, expect, test } from 'vitest'
import { client, unwrap } from '@/api/client'
import { getIsReachable, noteAnswer, noteSilence } from '@/api/reachability'
import { startSession } from '@/api/session'
import { ada, answers, json } from '@/testing/answers'
import { server } from '@/testing/server'

beforeEach(() => {
  noteAnswer()
  startSession(ada)
})

const ask = (signal?: AbortSignal) => unwrap(client.GET('/api/v1/readings', { signal }))

test('a call that nobody answers is noted, and the next answer too', async () => {
  server.use(answers.list(() => HttpResponse.error()))
  await expect(ask()).rejects.toMatchObject({ status: 0 })
  expect(getIsReachable()).toBe(false)

  server.use(answers.list(() => json.list([])))
  await ask()
  expect(getIsReachable()).toBe(true)
})

test("a proxy's word for a service that is away counts as silence, a busy service does not", async () => {
  server.use(answers.list(() => json.problem(503, 'busy')))
  await expect(ask()).rejects.toMatchObject({ code: 'busy' })
  expect(getIsReachable()).toBe(true)

  server.use(answers.list(() => new HttpResponse('<h1>Bad gateway</h1>', { status: 502 })))
  await expect(ask()).rejects.toMatchObject({ status: 0 })
  expect(getIsReachable()).toBe(false)
})

test('a call that the page itself gave up says nothing about the service', async () => {
  const given = new AbortController()
  server.use(
    answers.list(() => {
      given.abort()
      return json.list([])
    }),
  )
  await expect(ask(given.signal)).rejects.toBeDefined()
  expect(getIsReachable()).toBe(true)
})

test('a service that is back is noticed without a call', async () => {
  server.use(answers.ready(200))
  noteSilence()
  expect(getIsReachable()).toBe(false)
  await waitFor(() => expect(getIsReachable()).toBe(true))
})
