import { useEffect, useEffectEvent, useRef } from 'react'
import type { Symbols } from '@/api/types'
import type { Desk } from '@/features/readings/review/use-desk'

export interface PageKeys {
  leave: () => void
  skip: () => void
  back: () => void
  showHelp: () => void
  typeText: () => void
  toggleWholePage: () => void
  wholeUnreadable: () => void
  wholeNoNumber: () => void
}

const arrows: Partial<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
}

const typable: Record<Symbols, RegExp> = { digits: /^\d$/, number: /^[\d.,-]$/ }

/**
 * The keys of the desk. They are heard only while the focus is in it, so that nobody who speaks or types elsewhere sets
 * one off (WCAG 2.1.4), and Tab stays the browser's own: it leads from digit to digit and out again.
 */
export function useDeskKeys(desk: Desk, symbols: Symbols, keys: PageKeys) {
  const section = useRef<HTMLElement>(null)

  const press = useEffectEvent((event: KeyboardEvent) => {
    const target = event.target as Element
    if (event.defaultPrevented || event.altKey || target.closest('input, textarea')) return
    const isDone =
      event.ctrlKey || event.metaKey
        ? event.key.toLowerCase() === 'z' && act(desk.undo)
        : desk.drawn
          ? pressWhileDrawing(event, desk)
          : pressPlain(event, desk, keys, typable[symbols])
    if (isDone) event.preventDefault()
  })

  useEffect(() => {
    const element = section.current
    element?.addEventListener('keydown', press)
    return () => element?.removeEventListener('keydown', press)
  }, [])

  return section
}

function act(action: () => unknown): true {
  action()
  return true
}

function pressWhileDrawing(event: KeyboardEvent, desk: Desk): boolean {
  const by = arrows[event.key]
  if (by) return act(() => desk.nudge(by, event.shiftKey))
  if (event.key === 'Enter' && !isOtherButton(event)) return act(desk.saveDrawn)
  if (event.key === 'Escape') return act(desk.letGo)
  return false
}

function pressPlain(event: KeyboardEvent, desk: Desk, keys: PageKeys, symbol: RegExp): boolean {
  const { key } = event
  if (symbol.test(key)) return act(() => desk.type(key))
  if (key === 'Enter') return !isOtherButton(event) && act(desk.accept)
  if (key === 'Escape') return act(() => desk.letGo() || keys.leave())
  const action = actionsOf(desk, keys)[
    key.length === 1 && !event.shiftKey ? key.toLowerCase() : key
  ]
  return action !== undefined && act(action)
}

function actionsOf(desk: Desk, keys: PageKeys): Partial<Record<string, () => void>> {
  return {
    ArrowLeft: () => desk.select(desk.at - 1),
    ArrowRight: () => desk.select(desk.at + 1),
    ArrowUp: () => desk.select(desk.at - 1),
    ArrowDown: () => desk.select(desk.at + 1),
    Home: () => desk.select(0),
    End: () => desk.select(desk.cells.length - 1),
    PageDown: keys.skip,
    PageUp: keys.back,
    x: desk.noDigit,
    X: keys.wholeNoNumber,
    u: desk.unreadable,
    U: keys.wholeUnreadable,
    s: desk.split,
    m: desk.merge,
    r: desk.startDrawing,
    z: desk.undo,
    t: () => keys.typeText(),
    w: keys.toggleWholePage,
    '?': keys.showHelp,
  }
}

/** Enter on a button that was reached on purpose presses that button. */
function isOtherButton(event: KeyboardEvent): boolean {
  const button = (event.target as Element).closest('button, a, [role="button"]')
  return button !== null && !button.hasAttribute('data-cell')
}
