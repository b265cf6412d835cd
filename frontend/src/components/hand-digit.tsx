import { digitStrokes } from '@/components/digit-strokes'

interface HandDigitProps {
  digit: number
  x?: number
  y?: number
  scale?: number
  slant?: number
}

/** One handwritten digit, for use inside an SVG; it takes the stroke colour of its surroundings. */
export function HandDigit({ digit, x = 0, y = 0, scale = 1, slant = 0 }: HandDigitProps) {
  return (
    <path
      d={digitStrokes[digit]}
      transform={`translate(${x} ${y}) scale(${scale}) skewX(${-slant})`}
      fill="none"
      stroke="currentColor"
      strokeWidth={5}
      strokeLinecap="round"
      strokeLinejoin="round"
    />
  )
}
