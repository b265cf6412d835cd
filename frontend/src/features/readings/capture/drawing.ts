import type { Size } from '@/features/readings/capture/canvas'

/** Where the pen was, in CSS pixels from the pad's upper left corner, and how hard it pressed (0 to 1). */
export type Point = readonly [x: number, y: number, pressure: number]

export interface Stroke {
  points: readonly Point[]
  width: number
  /** A pen tells how hard it presses; a mouse and a finger do not. */
  hasPressure: boolean
}

type Strokes = readonly Stroke[]

/** What is on the pad, and what undo and redo lead to. Clearing is a step like any other. */
export interface Drawing {
  strokes: Strokes
  past: readonly Strokes[]
  future: readonly Strokes[]
}

export interface Bounds {
  left: number
  top: number
  right: number
  bottom: number
}

export const noDrawing: Drawing = { strokes: [], past: [], future: [] }

function step({ strokes, past }: Drawing, next: Strokes): Drawing {
  return { strokes: next, past: [...past, strokes], future: [] }
}

export function addStroke(drawing: Drawing, stroke: Stroke): Drawing {
  return step(drawing, [...drawing.strokes, stroke])
}

export function clear(drawing: Drawing): Drawing {
  return drawing.strokes.length > 0 ? step(drawing, []) : drawing
}

export function undo(drawing: Drawing): Drawing {
  const { strokes, past, future } = drawing
  const before = past.at(-1)
  return before
    ? { strokes: before, past: past.slice(0, -1), future: [strokes, ...future] }
    : drawing
}

export function redo(drawing: Drawing): Drawing {
  const { strokes, past, future } = drawing
  const [after, ...rest] = future
  return after ? { strokes: after, past: [...past, strokes], future: rest } : drawing
}

/** The rectangle around all ink, or null where there is none. */
export function boundsOf(strokes: Strokes): Bounds | null {
  if (strokes.length === 0) return null
  const bounds = { left: Infinity, top: Infinity, right: -Infinity, bottom: -Infinity }
  for (const { points, width } of strokes) {
    for (const [x, y] of points) {
      bounds.left = Math.min(bounds.left, x - width / 2)
      bounds.top = Math.min(bounds.top, y - width / 2)
      bounds.right = Math.max(bounds.right, x + width / 2)
      bounds.bottom = Math.max(bounds.bottom, y + width / 2)
    }
  }
  return bounds
}

/** How much smaller a drawing must be shown so that a pad that has shrunk, or was turned, still shows all of it. */
export function scaleToShow(strokes: Strokes, pad: Size): number {
  const bounds = boundsOf(strokes)
  if (!bounds || pad.width <= 0 || pad.height <= 0) return 1
  return Math.min(1, pad.width / bounds.right, pad.height / bounds.bottom)
}

const MARGIN_PX = 40
const LONGEST_PX = 2_000
const PIXELS_EACH = 2

/** The part of the pad that is sent: the ink with paper around it, in pixels of the picture. */
export function pictureFrame(bounds: Bounds): Size & { left: number; top: number; scale: number } {
  const height = bounds.bottom - bounds.top
  const margin = Math.max(MARGIN_PX, height * 0.25)
  const wide = bounds.right - bounds.left + 2 * margin
  const high = height + 2 * margin
  const scale = Math.min(PIXELS_EACH, LONGEST_PX / Math.max(wide, high))
  return {
    left: bounds.left - margin,
    top: bounds.top - margin,
    width: Math.ceil(wide * scale),
    height: Math.ceil(high * scale),
    scale,
  }
}
