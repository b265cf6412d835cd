import type { Size } from '@/features/readings/capture/canvas'

/** Quarter turns clockwise. */
export type Turns = 0 | 1 | 2 | 3

/** A part of the turned picture, in percent of its width and height. */
export interface Part {
  x: number
  y: number
  width: number
  height: number
}

export type Side = 'left' | 'top' | 'right' | 'bottom'

export const whole: Part = { x: 0, y: 0, width: 100, height: 100 }
export const SMALLEST_PERCENT = 2

export function isWhole({ x, y, width, height }: Part): boolean {
  return x === 0 && y === 0 && width === 100 && height === 100
}

export function addTurn(turns: Turns, by: 'left' | 'right'): Turns {
  return ((turns + (by === 'right' ? 1 : 3)) % 4) as Turns
}

export function turnedSize({ width, height }: Size, turns: Turns): Size {
  return turns % 2 === 0 ? { width, height } : { width: height, height: width }
}

/** The same part after the picture was turned once more. */
export function turnPart({ x, y, width, height }: Part, by: 'left' | 'right'): Part {
  return by === 'right'
    ? { x: 100 - y - height, y: x, width: height, height: width }
    : { x: y, y: 100 - x - width, width: height, height: width }
}

/** How much is cut off at each side, in percent. */
export function cutsOf({ x, y, width, height }: Part): Record<Side, number> {
  return { left: x, top: y, right: 100 - x - width, bottom: 100 - y - height }
}

/** The part with another cut at one side; something is always left. */
export function withCut(part: Part, side: Side, percent: number): Part {
  const cuts = cutsOf(part)
  const across = { left: 'right', right: 'left', top: 'bottom', bottom: 'top' } as const
  const most = 100 - SMALLEST_PERCENT - cuts[across[side]]
  cuts[side] = Math.max(0, Math.min(percent, most))
  const { left, top, right, bottom } = cuts
  return { x: left, y: top, width: 100 - left - right, height: 100 - top - bottom }
}

/** The part in whole pixels of a picture: within it, and at least one pixel. */
export function pixelsOf(part: Part, { width, height }: Size): Part {
  const [x, right] = span(part.x, part.width, width)
  const [y, bottom] = span(part.y, part.height, height)
  return { x, y, width: right - x, height: bottom - y }
}

function span(startPercent: number, sizePercent: number, size: number): [number, number] {
  const at = (percent: number) => Math.round((percent / 100) * size)
  const start = Math.max(0, Math.min(at(startPercent), size - 1))
  return [start, Math.max(start + 1, Math.min(at(startPercent + sizePercent), size))]
}

/** How much smaller a picture must be drawn to have no more pixels than a browser's canvas takes. */
export function scaleWithin({ width, height }: Size, mostPixels: number): number {
  return Math.min(1, Math.sqrt(mostPixels / (width * height)))
}
