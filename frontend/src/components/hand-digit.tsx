/** Strokes of digits as a pen would write them, on a field of 60 by 80. Drawn for this app. */
const strokes = [
  'M31 8C14 8 8 26 9 44c1 18 9 29 22 28 15-1 21-18 20-36C50 20 44 9 29 9',
  'M18 22c6-4 11-9 15-15-1 21-2 43-3 66',
  'M11 24C12 12 22 6 32 8c11 2 16 12 10 25-6 13-22 25-32 37 12-4 28-2 42-1',
  'M13 14C22 6 42 5 43 19c1 12-11 17-19 18 12-1 25 5 24 18-1 15-24 22-38 11',
  'M36 7C28 22 18 36 9 50c13-1 29-2 44-3M39 30c-1 15-2 29-2 44',
  'M46 9c-10 1-19 1-28 1-1 9-3 18-4 26 10-6 30-6 32 12 2 20-22 29-37 18',
  'M40 7C24 16 11 35 11 53c0 15 13 22 25 18 13-4 15-23 2-29-11-5-24 4-26 14',
  'M10 12c12-2 27-1 40-3-10 19-19 41-23 65M18 42c9-2 18-3 26-4',
  'M43 18C40 6 17 5 16 20c-1 13 31 20 30 37-1 18-33 19-33 1 0-16 29-24 30-40',
  'M46 24C43 8 17 6 15 24c-2 18 25 20 31 2 0 16-4 34-13 48',
] as const

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
      d={strokes[digit]}
      transform={`translate(${x} ${y}) scale(${scale}) skewX(${-slant})`}
      fill="none"
      stroke="currentColor"
      strokeWidth={5}
      strokeLinecap="round"
      strokeLinejoin="round"
    />
  )
}
