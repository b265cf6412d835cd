export const MOST = 8
const STEP = 1.5

export interface Place {
  x: number
  y: number
}

/** From fitting the frame (1) to eight times that. */
export function clampScale(scale: number): number {
  return Math.min(MOST, Math.max(1, scale))
}

export function larger(scale: number): number {
  return clampScale(scale * STEP)
}

export function smaller(scale: number): number {
  const next = clampScale(scale / STEP)
  // A hair of zoom that nobody asked for would leave scroll bars behind.
  return next < 1.05 ? 1 : next
}

/** What a turn of the wheel, or two fingers on a trackpad, makes of the scale. */
export function turned(scale: number, deltaY: number): number {
  return clampScale(scale * Math.exp(-Math.max(-60, Math.min(60, deltaY)) / 150))
}

/** Where the frame must be scrolled to, so that what is at `at` of the frame stays there at the next scale. */
export function scrollAfter(scroll: Place, at: Place, scale: number, next: number): Place {
  const ratio = next / scale
  return { x: (scroll.x + at.x) * ratio - at.x, y: (scroll.y + at.y) * ratio - at.y }
}

/** How far to scroll one way so that a stretch is seen whole, with some space; 0 where it is. */
export function wayIntoView(start: number, end: number, length: number, space = 24): number {
  if (end - start + 2 * space > length) return (start + end - length) / 2
  if (start < space) return start - space
  return end > length - space ? end - length + space : 0
}
