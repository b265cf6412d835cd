import { useSyncExternalStore } from 'react'
import type { UpdateAnswer, UpdateMessage } from '@/worker/messages'

const HOUR_MS = 3_600_000
const RELOADED = 'legible-reloaded-at'
// Two failures so close together are not helped by a third attempt.
const RELOAD_APART_MS = 30_000

const listeners = new Set<() => void>()
let waiting: ServiceWorker | null = null

/** Has the built page kept for the next start, and finds out about newer versions. */
export function startUpdates() {
  reloadForMissingParts()
  if (!import.meta.env.PROD || !('serviceWorker' in navigator)) return
  if (document.readyState === 'complete') void register()
  else window.addEventListener('load', () => void register(), { once: true })
}

async function register() {
  try {
    const registration = await navigator.serviceWorker.register('/sw.js')
    if (registration.waiting) offer(registration.waiting)
    registration.addEventListener('updatefound', () => {
      const { installing } = registration
      installing?.addEventListener('statechange', () => {
        // Without an active one it is the first, and there is nothing older to replace.
        if (installing.state === 'installed' && registration.active) offer(installing)
      })
    })
    lookEveryHour(registration)
  } catch {
    // A private window, or storage that is switched off: the page works, but not without a connection.
  }
}

/** A clerk's page is open for days; a browser looks for a new version only when a page is opened. */
function lookEveryHour(registration: ServiceWorkerRegistration) {
  let lookedAt = Date.now()
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState !== 'visible' || Date.now() - lookedAt < HOUR_MS) return
    lookedAt = Date.now()
    registration.update().catch(() => undefined)
  })
}

function offer(worker: ServiceWorker) {
  const { port1, port2 } = new MessageChannel()
  port1.onmessage = ({ data }: MessageEvent<UpdateAnswer>) => {
    if (!data.isNewer) return
    waiting = worker
    listeners.forEach((listener) => listener())
  }
  const entry = new URL(import.meta.url).pathname
  worker.postMessage({ type: 'compare', entry } satisfies UpdateMessage, [port2])
}

function takeOver() {
  if (!waiting) return
  const worker = waiting
  const reload = () => {
    if (worker.state === 'activated') window.location.reload()
  }
  worker.addEventListener('statechange', reload)
  worker.postMessage({ type: 'take-over' } satisfies UpdateMessage)
  // Another tab may have let it take over already.
  reload()
}

/**
 * Loads the page anew when a part of it is gone, as after a deployment.
 *
 * Only where the service answers, so that a page that still works is not given up for none; and not again and again.
 */
function reloadForMissingParts() {
  window.addEventListener('vite:preloadError', () => {
    try {
      const before = Number(sessionStorage.getItem(RELOADED) ?? 0)
      if (Date.now() - before < RELOAD_APART_MS) return
      sessionStorage.setItem(RELOADED, String(Date.now()))
    } catch {
      return
    }
    fetch('/', { method: 'HEAD', cache: 'no-store' }).then(
      ({ ok }) => {
        if (ok) window.location.reload()
      },
      () => undefined,
    )
  })
}

function subscribe(listener: () => void) {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/** Loads the newer version that is ready; null where there is none. */
export function useUpdate(): (() => void) | null {
  const worker = useSyncExternalStore(subscribe, () => waiting)
  return worker && takeOver
}
