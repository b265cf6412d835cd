import { useEffect, useEffectEvent, useLayoutEffect, useRef, useState } from 'react'
import {
  larger,
  scrollAfter,
  smaller,
  turned,
  wayIntoView,
  clampScale,
  type Place,
} from '@/features/readings/picture/zoom'

const ARROW_PX = 60
const DRAG_FROM_PX = 4
const arrows: Record<string, Place> = {
  ArrowLeft: { x: -ARROW_PX, y: 0 },
  ArrowRight: { x: ARROW_PX, y: 0 },
  ArrowUp: { x: 0, y: -ARROW_PX },
  ArrowDown: { x: 0, y: ARROW_PX },
}

/**
 * Zooms what is in a frame that scrolls: by keys, by wheel and by two fingers. The browser itself scrolls it, so a
 * finger, the wheel and scroll bars work as anywhere; the mouse drags it.
 */
export function useZoom(selected: number) {
  const frame = useRef<HTMLDivElement>(null)
  const [scale, setScale] = useState(1)
  const wanted = useRef<Place>(null)

  function zoomTo(next: number, at?: Place) {
    const element = frame.current
    if (!element || next === scale) return
    const middle = { x: element.clientWidth / 2, y: element.clientHeight / 2 }
    const scroll = { x: element.scrollLeft, y: element.scrollTop }
    wanted.current = scrollAfter(scroll, at ?? middle, scale, next)
    setScale(next)
  }

  // Once the content has its new size.
  useLayoutEffect(() => {
    const place = wanted.current
    if (!frame.current || !place) return
    frame.current.scrollLeft = place.x
    frame.current.scrollTop = place.y
    wanted.current = null
  }, [scale])

  // What is chosen in the text is looked for in the picture, not beyond its edge.
  useEffect(() => {
    const element = frame.current
    const mark = element?.querySelector(`[data-mark="${selected}"]`)
    if (!element || !mark || scale === 1) return
    const inner = mark.getBoundingClientRect()
    const outer = element.getBoundingClientRect()
    element.scrollLeft += wayIntoView(
      inner.left - outer.left,
      inner.right - outer.left,
      element.clientWidth,
    )
    element.scrollTop += wayIntoView(
      inner.top - outer.top,
      inner.bottom - outer.top,
      element.clientHeight,
    )
    // Zooming keeps its own place.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [selected])

  const onKeyDown = useEffectEvent((event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return
    const { key } = event
    if (key === '+' || key === '=') zoomTo(larger(scale))
    else if (key === '-') zoomTo(smaller(scale))
    else if (key === '0') zoomTo(1)
    else {
      const way = arrows[key]
      // On a box the arrows alone go from digit to digit.
      const isOnBox = event.target instanceof Element && event.target.closest('[data-mark]')
      if (!way || scale === 1 || (isOnBox && !event.shiftKey)) return
      frame.current?.scrollBy({ left: way.x, top: way.y })
      event.stopPropagation()
    }
    event.preventDefault()
  })
  const onWheel = useEffectEvent((event: WheelEvent) => {
    // Without the key the wheel goes on scrolling; browsers set it for two fingers on a trackpad.
    if (!event.ctrlKey && !event.metaKey) return
    event.preventDefault()
    zoomTo(turned(scale, event.deltaY), placeIn(frame.current, event))
  })
  const onPinch = useEffectEvent((from: number, ratio: number, at: Place) => {
    zoomTo(clampScale(from * ratio), placeIn(frame.current, { clientX: at.x, clientY: at.y }))
  })
  const scaleNow = useEffectEvent(() => scale)

  useEffect(() => {
    const element = frame.current
    if (!element) return
    const listening = new AbortController()
    const { signal } = listening
    element.addEventListener('keydown', (event) => onKeyDown(event), { capture: true, signal })
    element.addEventListener('wheel', (event) => onWheel(event), { passive: false, signal })
    watchPinches(element, scaleNow, onPinch, signal)
    watchDragging(element, signal)
    return () => listening.abort()
  }, [])

  return {
    frame,
    scale,
    zoomIn: () => zoomTo(larger(scale)),
    zoomOut: () => zoomTo(smaller(scale)),
    fit: () => zoomTo(1),
  }
}

function placeIn(
  frame: Element | null,
  { clientX, clientY }: Pick<MouseEvent, 'clientX' | 'clientY'>,
) {
  const { left = 0, top = 0 } = frame?.getBoundingClientRect() ?? {}
  return { x: clientX - left, y: clientY - top }
}

/** Two fingers; one is left to the browser, which scrolls. */
function watchPinches(
  element: HTMLElement,
  scaleNow: () => number,
  onPinch: (from: number, ratio: number, at: Place) => void,
  signal: AbortSignal,
) {
  let start: { distance: number; scale: number } | null = null
  const look = ({ touches: [one, other] }: TouchEvent) =>
    one && other
      ? {
          distance: Math.hypot(one.clientX - other.clientX, one.clientY - other.clientY),
          at: { x: (one.clientX + other.clientX) / 2, y: (one.clientY + other.clientY) / 2 },
        }
      : null

  element.addEventListener(
    'touchstart',
    (event) => {
      const two = look(event)
      start = two && { distance: two.distance, scale: scaleNow() }
    },
    { passive: true, signal },
  )
  element.addEventListener(
    'touchmove',
    (event) => {
      const two = look(event)
      if (!two || !start) return
      event.preventDefault()
      onPinch(start.scale, two.distance / start.distance, two.at)
    },
    { passive: false, signal },
  )
}

/** The mouse drags what is larger than its frame; a click on a box stays one. */
function watchDragging(element: HTMLElement, signal: AbortSignal) {
  let last: Place | null = null
  let isDragged = false

  element.addEventListener(
    'pointerdown',
    ({ pointerType, button, clientX, clientY }) => {
      const canMove =
        element.scrollWidth > element.clientWidth || element.scrollHeight > element.clientHeight
      last = pointerType === 'mouse' && button === 0 && canMove ? { x: clientX, y: clientY } : null
      isDragged = false
    },
    { signal },
  )
  element.addEventListener(
    'pointermove',
    ({ clientX, clientY, pointerId, buttons }) => {
      if (!last || buttons === 0) return
      const way = { x: last.x - clientX, y: last.y - clientY }
      if (!isDragged && Math.hypot(way.x, way.y) < DRAG_FROM_PX) return
      isDragged = true
      element.setPointerCapture(pointerId)
      element.scrollBy({ left: way.x, top: way.y, behavior: 'instant' })
      last = { x: clientX, y: clientY }
    },
    { signal },
  )
  element.addEventListener('pointerup', () => (last = null), { signal })
  element.addEventListener(
    'click',
    (event) => {
      if (isDragged) event.stopPropagation()
      isDragged = false
    },
    { capture: true, signal },
  )
}
