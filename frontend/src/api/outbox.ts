import { useSyncExternalStore } from 'react'
import { ApiError, unreachable } from '@/api/api-error'
import { client, unwrap } from '@/api/client'
import { getSession } from '@/api/session'
import type { NewFeedback } from '@/api/types'

/** Feedback on its way. It is kept in the browser until the service has it, also when the page is closed meanwhile. */
export interface Unsent {
  key: string
  userId: string
  readingId: string
  body: NewFeedback
}

export interface Outbox {
  waiting: readonly Unsent[]
  /** Whether the last attempt failed, so that the next one is made later. */
  isStuck: boolean
}

type Refused = (unsent: Unsent, error: ApiError) => void

const PREFIX = 'legible-unsent:'
const FIRST_PAUSE_MS = 1_000
const LONGEST_PAUSE_MS = 30_000

const listeners = new Set<() => void>()
const refusedListeners = new Set<Refused>()
let current: Outbox = { waiting: [], isStuck: false }
let isSending = false
let count = 0
let pause = FIRST_PAUSE_MS
let timer: ReturnType<typeof setTimeout> | undefined

function set(next: Outbox) {
  current = next
  listeners.forEach((listener) => listener())
}

/** Sends feedback behind all that waits already. The id in it makes sending it twice harmless. */
export function sendFeedback(readingId: string, body: NewFeedback) {
  const session = getSession()
  if (session.status === 'anonymous') return
  count += 1
  const order = `${Date.now()}-${String(count).padStart(6, '0')}`
  const unsent = { key: `${PREFIX}${order}`, userId: session.user.id, readingId, body }
  try {
    localStorage.setItem(unsent.key, JSON.stringify(unsent))
  } catch {
    // Without storage it waits in memory alone.
  }
  set({ ...current, waiting: [...current.waiting, unsent] })
  void sendAll()
}

/** Takes up what an earlier visit could not send, and what waits for the connection. */
export function resumeOutbox() {
  const known = new Set(current.waiting.map(({ key }) => key))
  const kept = storedKeys().filter((key) => !known.has(key))
  const restored = kept.flatMap((key) => read(key) ?? [])
  if (restored.length > 0) {
    const waiting = [...current.waiting, ...restored].sort((a, b) => (a.key < b.key ? -1 : 1))
    set({ ...current, waiting })
  }
  pause = FIRST_PAUSE_MS
  void sendAll()
}

/** Hears of feedback that the service will not take, whenever it is sent. */
export function onRefusedFeedback(listener: Refused): () => void {
  refusedListeners.add(listener)
  return () => refusedListeners.delete(listener)
}

async function sendAll() {
  if (isSending) return
  isSending = true
  clearTimeout(timer)
  try {
    for (let next = firstOfSession(); next; next = firstOfSession()) {
      const error = await send(next)
      if (error && mayPass(error)) {
        waitThenSend()
        return
      }
      drop(next)
      pause = FIRST_PAUSE_MS
      if (error) for (const listener of refusedListeners) listener(next, error)
    }
  } finally {
    isSending = false
  }
}

function firstOfSession(): Unsent | undefined {
  const session = getSession()
  if (session.status !== 'active') return undefined
  return current.waiting.find(({ userId }) => userId === session.user.id)
}

async function send({ readingId, body }: Unsent): Promise<ApiError | null> {
  try {
    await unwrap(
      client.POST('/api/v1/readings/{reading_id}/feedback', {
        params: { path: { reading_id: readingId } },
        body,
      }),
    )
    return null
  } catch (error) {
    return error instanceof ApiError ? error : unreachable()
  }
}

/** Nobody answered, the session had ended, or the service had trouble of its own: later it may be taken. */
function mayPass({ status }: ApiError): boolean {
  return status === 0 || status === 401 || status === 429 || status >= 500
}

function waitThenSend() {
  set({ ...current, isStuck: true })
  timer = setTimeout(() => void sendAll(), pause)
  pause = Math.min(pause * 2, LONGEST_PAUSE_MS)
}

function drop({ key }: Unsent) {
  try {
    localStorage.removeItem(key)
  } catch {
    // It was never stored.
  }
  set({ waiting: current.waiting.filter((unsent) => unsent.key !== key), isStuck: false })
}

function storedKeys(): string[] {
  try {
    return Object.keys(localStorage).filter((key) => key.startsWith(PREFIX))
  } catch {
    return []
  }
}

function read(key: string): Unsent | null {
  try {
    return JSON.parse(localStorage.getItem(key) ?? 'null') as Unsent | null
  } catch {
    return null
  }
}

window.addEventListener('online', resumeOutbox)

function subscribe(listener: () => void) {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

export function useOutbox(): Outbox {
  return useSyncExternalStore(subscribe, () => current)
}
