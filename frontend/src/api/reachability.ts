import { useSyncExternalStore } from 'react'

/**
 * Whether the service answers at all.
 *
 * Every call reports here. Once nobody has answered, the service is asked again and again until somebody does, so that
 * the pages can say so and come back by themselves.
 */

const PATH = '/readyz'
const FIRST_PAUSE_MS = 2_000
const LONGEST_PAUSE_MS = 15_000

const listeners = new Set<() => void>()
let isReachable = true
let pause = FIRST_PAUSE_MS
let timer: ReturnType<typeof setTimeout> | undefined

function set(next: boolean) {
  if (next === isReachable) return
  isReachable = next
  listeners.forEach((listener) => listener())
}

/** Nobody answered a call, or only a proxy did. */
export function noteSilence() {
  if (!isReachable) return
  set(false)
  pause = FIRST_PAUSE_MS
  timer = setTimeout(() => void ask(), pause)
}

export function noteAnswer() {
  if (isReachable) return
  clearTimeout(timer)
  set(true)
}

async function ask() {
  clearTimeout(timer)
  const isThere = await fetch(new URL(PATH, window.location.origin), { cache: 'no-store' }).then(
    ({ ok }) => ok,
    () => false,
  )
  if (isReachable) return
  if (isThere) {
    set(true)
    return
  }
  pause = Math.min(pause * 1.5, LONGEST_PAUSE_MS)
  timer = setTimeout(() => void ask(), pause)
}

window.addEventListener('online', () => {
  if (!isReachable) void ask()
})

export function subscribeToReachability(listener: () => void) {
  listeners.add(listener)
  return () => {
    listeners.delete(listener)
  }
}

export function getIsReachable(): boolean {
  return isReachable
}

export function useIsReachable(): boolean {
  return useSyncExternalStore(subscribeToReachability, getIsReachable)
}
