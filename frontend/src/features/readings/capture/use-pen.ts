import { useRef, useState, type PointerEvent } from 'react'
import type { Point, Stroke } from '@/features/readings/capture/drawing'

interface PenOptions {
  width: number
  /** CSS pixels on the screen for one of the drawing. */
  scale: number
  onStroke: (stroke: Stroke) => void
}

const MAIN_BUTTON = 0

function clamp(value: number, lowest: number, highest: number): number {
  return Math.max(lowest, Math.min(value, highest))
}

/** Follows one pointer at a time over the paper: a mouse, a finger or a pen. */
export function usePen({ width, scale, onStroke }: PenOptions) {
  const [stroke, setStroke] = useState<Stroke | null>(null)
  const drawn = useRef<{ pointer: number; stroke: Stroke } | null>(null)
  const hasPen = useRef(false)

  function pointsOf({ nativeEvent, currentTarget }: PointerEvent): Point[] {
    const paper = currentTarget.getBoundingClientRect()
    // The whole stroke stays on the paper, also where the pointer leaves it.
    const within = (place: number, start: number, size: number) =>
      clamp((place - start) / scale, width / 2, size / scale - width / 2)
    // All places the pointer was at since the last event, as some come sixteen times as often as frames.
    const coalesced = 'getCoalescedEvents' in nativeEvent ? nativeEvent.getCoalescedEvents() : []
    return (coalesced.length > 0 ? coalesced : [nativeEvent]).map(
      ({ clientX, clientY, pressure }) => [
        within(clientX, paper.left, paper.width),
        within(clientY, paper.top, paper.height),
        pressure,
      ],
    )
  }

  function show(pointer: number, next: Stroke) {
    drawn.current = { pointer, stroke: next }
    setStroke(next)
  }

  function down(event: PointerEvent) {
    const { pointerType, pointerId, button } = event
    if (pointerType === 'pen') hasPen.current = true
    // Whoever writes with a pen rests a hand on the glass.
    const isHand = pointerType === 'touch' && hasPen.current
    if (drawn.current || button !== MAIN_BUTTON || isHand) return
    event.currentTarget.setPointerCapture(pointerId)
    show(pointerId, { points: pointsOf(event), width, hasPressure: pointerType === 'pen' })
  }

  function move(event: PointerEvent) {
    if (drawn.current?.pointer !== event.pointerId) return
    const known = drawn.current.stroke
    show(event.pointerId, { ...known, points: [...known.points, ...pointsOf(event)] })
  }

  /** Also where the system takes the pointer away: what was written stays. */
  function end({ pointerId }: PointerEvent) {
    if (drawn.current?.pointer !== pointerId) return
    onStroke(drawn.current.stroke)
    drawn.current = null
    setStroke(null)
  }

  const handlers = {
    onPointerDown: down,
    onPointerMove: move,
    onPointerUp: end,
    onPointerCancel: end,
  }
  return { stroke, handlers }
}
