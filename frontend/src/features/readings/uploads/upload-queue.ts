import { useSyncExternalStore } from 'react'
import { ApiError, needsVerifiedEmail } from '@/api/api-error'
import { errorText } from '@/api/error-text'
import type { Reading, Symbols } from '@/api/types'
import { uploadPicture } from '@/api/upload'
import { checkFile } from '@/features/readings/check-file'
import { newId } from '@/lib/new-id'

export interface QueuedFile {
  id: string
  file: File
  symbols: Symbols
  pattern: string
  state: 'waiting' | 'sending' | 'read' | 'failed' | 'cancelled'
  /** From 0 to 1; at 1 it has arrived and is being read. */
  share: number
  message: string
  canRetry: boolean
  needsEmail?: boolean
  reading: Pick<Reading, 'id' | 'text' | 'status'> | null
}

const AT_ONCE = 3
const TRIES_WHILE_BUSY = 5
const BUSY_PAUSE_MS = 2_000
const passing = [0, 401, 429, 500, 502, 503, 504]
const busy = [429, 503]

const listeners = new Set<() => void>()
const running = new Map<string, AbortController>()
let queue: readonly QueuedFile[] = []

/** Lives as long as the app, so that files are sent whichever page is shown. */
function set(next: readonly QueuedFile[]) {
  queue = next
  if (isWorking(queue)) window.addEventListener('beforeunload', warn)
  else window.removeEventListener('beforeunload', warn)
  listeners.forEach((listener) => listener())
}

function warn(event: BeforeUnloadEvent) {
  event.preventDefault()
}

function change(id: string, changes: Partial<QueuedFile>) {
  set(queue.map((item) => (item.id === id ? { ...item, ...changes } : item)))
}

export function isWorking(items: readonly QueuedFile[]): boolean {
  return items.some(({ state }) => state === 'waiting' || state === 'sending')
}

export function enqueue(files: readonly File[], symbols: Symbols, pattern = '') {
  const added = files.map((file): QueuedFile => {
    const refusal = checkFile(file)
    return {
      id: newId(),
      file,
      symbols,
      pattern,
      state: refusal === null ? 'waiting' : 'failed',
      share: 0,
      message: refusal ?? '',
      canRetry: file.size > 0,
      reading: null,
    }
  })
  set([...queue, ...added])
  startNext()
}

export function cancelUpload(id: string) {
  change(id, { state: 'cancelled', message: '', canRetry: true })
  running.get(id)?.abort()
}

export function cancelUploads() {
  queue.filter((item) => isWorking([item])).forEach(({ id }) => cancelUpload(id))
}

/** Sends what failed or was cancelled once more: one, or all that may be read then. */
export function retryUploads(id?: string) {
  set(
    queue.map((item) => {
      const isMeant = id === undefined ? item.state === 'failed' : item.id === id
      return isMeant && item.canRetry
        ? { ...item, state: 'waiting' as const, share: 0, message: '' }
        : item
    }),
  )
  startNext()
}

/** Forgets all files; what is on its way is given up. */
export function clearUploads() {
  running.forEach((controller) => controller.abort())
  if (queue.length > 0) set([])
}

function startNext() {
  while (running.size < AT_ONCE) {
    const next = queue.find(({ state, id }) => state === 'waiting' && !running.has(id))
    if (!next) return
    void send(next)
  }
}

async function send({ id, file, symbols, pattern }: QueuedFile) {
  const controller = new AbortController()
  const { signal } = controller
  running.set(id, controller)
  change(id, { state: 'sending' })
  const isStill = () => !signal.aborted
  try {
    for (let tries = 1; isStill(); tries += 1) {
      try {
        const onProgress = (share: number) => {
          if (isStill()) change(id, { share })
        }
        const reading = await uploadPicture(file, { symbols, pattern, signal, onProgress })
        if (isStill()) change(id, { state: 'read', share: 1, reading })
        return
      } catch (error) {
        const status = error instanceof ApiError ? error.status : -1
        if (!isStill()) return
        if (!busy.includes(status) || tries === TRIES_WHILE_BUSY) {
          const needsEmail = needsVerifiedEmail(error)
          const canRetry = passing.includes(status) || needsEmail
          change(id, { state: 'failed', message: errorText(error), canRetry, needsEmail })
          return
        }
        // More are being read than the service takes at once: this one waits its turn.
        await new Promise((resolve) => setTimeout(resolve, BUSY_PAUSE_MS))
      }
    }
  } finally {
    running.delete(id)
    startNext()
  }
}

function subscribe(listener: () => void) {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

export function useUploads(): readonly QueuedFile[] {
  return useSyncExternalStore(subscribe, () => queue)
}
