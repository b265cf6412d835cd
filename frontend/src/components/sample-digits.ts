/** The number of the sample, each digit where it stands on its sheet. */
export const sampleDigits = [
  { digit: 0, x: 32, y: 46, slant: 6, left: -3, width: 58, sure: 0.998 },
  { digit: 4, x: 108, y: 38, slant: 4, left: -1, width: 60, sure: 0.996 },
  { digit: 1, x: 180, y: 48, slant: 8, left: 2, width: 38, sure: 0.991 },
  { digit: 0, x: 240, y: 44, slant: 5, left: -3, width: 58, sure: 0.997 },
  { digit: 7, x: 316, y: 42, slant: 3, left: 0, width: 58, sure: 0.984 },
]

export const sampleSheet = { width: 400, height: 158 }
