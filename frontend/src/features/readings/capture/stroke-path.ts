import { getStroke } from 'perfect-freehand'
import type { Stroke } from '@/features/readings/capture/drawing'

/** The outline of a stroke as a pen leaves it: an SVG path to be filled. */
export function strokePath({ points, width, hasPressure }: Stroke): string {
  const outline = getStroke(points as [number, number, number][], {
    size: width,
    thinning: hasPressure ? 0.5 : 0.2,
    smoothing: 0.5,
    streamline: 0.35,
    simulatePressure: !hasPressure,
  })
  const [first, ...rest] = outline
  if (!first) return ''
  const curves = rest.map(([x, y], index) => {
    const [nextX, nextY] = rest[index + 1] ?? first
    return `${round(x)},${round(y)} ${round((x + nextX) / 2)},${round((y + nextY) / 2)}`
  })
  return `M${round(first[0])},${round(first[1])}Q${curves.join(' ')}Z`
}

function round(value: number): number {
  return Math.round(value * 100) / 100
}
