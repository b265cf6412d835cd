import type { Page } from '@playwright/test'
import { digitStrokes } from '../src/components/digit-strokes'

export interface PictureFile {
  name: string
  mimeType: string
  buffer: Buffer
}

/** A photo-like PNG of a handwritten number, drawn by the browser itself: one line of the text per row. */
export async function drawNumber(
  page: Page,
  text: string,
  name = 'number.png',
  /** From one digit to the next; below 90 they touch. */
  step = 170,
): Promise<PictureFile> {
  const url = await page.evaluate(
    ({ lines, strokes, step }) => {
      const columns = Math.max(...lines.map((line) => line.length))
      const canvas = document.createElement('canvas')
      canvas.width = 120 + columns * step
      canvas.height = 120 + lines.length * 240
      const pen = canvas.getContext('2d')
      if (!pen) throw new Error('no canvas in this browser')
      pen.fillStyle = '#f6f2e8'
      pen.fillRect(0, 0, canvas.width, canvas.height)
      pen.strokeStyle = '#22304f'
      pen.lineCap = 'round'
      pen.lineJoin = 'round'
      pen.lineWidth = 6
      lines.forEach((line, row) => {
        Array.from(line).forEach((digit, column) => {
          pen.save()
          pen.translate(80 + column * step, 80 + row * 240 + (column % 2) * 8)
          pen.transform(1, 0, -0.08, 1, 0, 0)
          pen.scale(2.1, 2.1)
          if (digit !== ' ') pen.stroke(new Path2D(strokes[Number(digit)]))
          pen.restore()
        })
      })
      return canvas.toDataURL('image/png')
    },
    { lines: text.split('\n'), strokes: digitStrokes, step },
  )
  const buffer = Buffer.from(url.slice(url.indexOf(',') + 1), 'base64')
  return { name, mimeType: 'image/png', buffer }
}

/** A page without a mark on it. */
export function drawBlank(page: Page): Promise<PictureFile> {
  return drawNumber(page, ' ', 'blank.png')
}
