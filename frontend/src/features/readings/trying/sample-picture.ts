import { digitStrokes } from '@/components/digit-strokes'
import { sampleDigits, sampleSheet } from '@/components/sample-digits'

const SCALE = 3

/** The sample as a picture: the strokes that the landing page shows, drawn on squared paper. */
export async function drawSample(): Promise<File> {
  const canvas = document.createElement('canvas')
  canvas.width = sampleSheet.width * SCALE
  canvas.height = sampleSheet.height * SCALE
  const pen = canvas.getContext('2d')
  if (!pen) throw new Error('This browser has no canvas.')
  pen.scale(SCALE, SCALE)
  pen.fillStyle = '#fdfcf8'
  pen.fillRect(0, 0, sampleSheet.width, sampleSheet.height)
  pen.strokeStyle = '#e3e8f7'
  pen.lineWidth = 1
  for (let x = 16; x < sampleSheet.width; x += 16) drawLine(pen, x, 0, x, sampleSheet.height)
  for (let y = 16; y < sampleSheet.height; y += 16) drawLine(pen, 0, y, sampleSheet.width, y)
  pen.strokeStyle = '#1a1d2b'
  pen.lineWidth = 5
  pen.lineCap = 'round'
  pen.lineJoin = 'round'
  for (const { digit, x, y, slant } of sampleDigits) {
    pen.save()
    pen.translate(x, y)
    pen.scale(0.98, 0.98)
    pen.transform(1, 0, -Math.tan((slant * Math.PI) / 180), 1, 0, 0)
    pen.stroke(new Path2D(digitStrokes[digit]))
    pen.restore()
  }
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/png'))
  if (!blob) throw new Error('This browser cannot make a picture of a canvas.')
  return new File([blob], 'sample.png', { type: 'image/png' })
}

function drawLine(pen: CanvasRenderingContext2D, ...[x, y, toX, toY]: number[]) {
  pen.beginPath()
  pen.moveTo(x ?? 0, y ?? 0)
  pen.lineTo(toX ?? 0, toY ?? 0)
  pen.stroke()
}
