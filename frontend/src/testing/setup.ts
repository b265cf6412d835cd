import '@testing-library/jest-dom/vitest'
import { cleanup, configure } from '@testing-library/react'
import { afterAll, afterEach, beforeAll, vi } from 'vitest'
import { forgetSession } from '@/api/session'
import '@/lib/language'
import { server } from '@/testing/server'

// The first visit of a page loads its code, which takes a while on a busy machine.
configure({ asyncUtilTimeout: 10_000 })

// What Mantine asks of a browser and jsdom does not have.
window.matchMedia = (query) =>
  ({
    matches: false,
    media: query,
    addEventListener: () => undefined,
    removeEventListener: () => undefined,
  }) as unknown as MediaQueryList
const ignored = () => undefined
window.ResizeObserver = class {
  observe = ignored
  unobserve = ignored
  disconnect = ignored
}
window.scrollTo = ignored
Element.prototype.scrollIntoView = ignored
URL.createObjectURL = vi.fn(() => 'blob:picture')
URL.revokeObjectURL = vi.fn()

beforeAll(() => server.listen({ onUnhandledRequest: 'error' }))
afterEach(() => {
  cleanup()
  server.resetHandlers()
  forgetSession({ loggedOut: false })
  localStorage.clear()
  sessionStorage.clear()
})
afterAll(() => server.close())
