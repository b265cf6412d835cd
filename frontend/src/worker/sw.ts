/**
 * The service worker: keeps the built page, so that it starts without a connection.
 *
 * It keeps files of the build and nothing else. Answers of the API and pictures are never touched by it, so that
 * nothing of anybody is left behind on a machine that several people use.
 */
import { matchPrecache, precacheAndRoute, type PrecacheEntry } from 'workbox-precaching'
import { NavigationRoute, registerRoute } from 'workbox-routing'
import type { UpdateAnswer, UpdateMessage } from './messages'

declare const self: ServiceWorkerGlobalScope
/** Every file of the build that the page may ask for; put here by scripts/worker.js. */
declare const __SHELL__: PrecacheEntry[]

const INDEX = '/index.html'
// Longer than a slow connection takes for a few hundred bytes; what is kept is shown instead.
const PATIENCE_MS = 6_000
// What the service itself answers: its API, to which Google leads back too, its documentation, its health.
const notThePage = [/^\/api(\/|$)/, /^\/docs(\/|$)/, /^\/(readyz|healthz|metrics)$/]

// The service first: whoever opens the page gets its newest version, and never one that has been taken away.
registerRoute(
  new NavigationRoute(async ({ request }) => (await fetchPage(request)) ?? keptPage(), {
    denylist: notThePage,
  }),
)
// A page that was open while a new version was put up still finds the parts of its own.
precacheAndRoute(__SHELL__, { directoryIndex: '', cleanURLs: false })

async function fetchPage(request: Request): Promise<Response | undefined> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), PATIENCE_MS)
  })
  try {
    const response = await Promise.race([fetch(request), late])
    // A proxy whose service is away or being exchanged.
    return response && response.status >= 500 ? undefined : response
  } catch {
    return undefined
  } finally {
    clearTimeout(timer)
  }
}

async function keptPage(): Promise<Response> {
  return (await matchPrecache(INDEX)) ?? Response.error()
}

// The page that brought the first worker is under its care at once.
self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()))

self.addEventListener('message', (event) => {
  const message = event.data as UpdateMessage
  if (message.type === 'take-over') void self.skipWaiting()
  else event.waitUntil(compare(message.entry, event.ports[0]))
})

/** Tells a page whether this worker belongs to a newer version than the page itself does. */
async function compare(entry: string, port: MessagePort | undefined) {
  const isNewer = !__SHELL__.some(({ url }) => url === entry)
  port?.postMessage({ isNewer } satisfies UpdateAnswer)
  if (isNewer) return
  // The page came with this version already. Other pages may still need the parts of the one before.
  const pages = await self.clients.matchAll({ type: 'window', includeUncontrolled: true })
  if (pages.length <= 1) await self.skipWaiting()
}
