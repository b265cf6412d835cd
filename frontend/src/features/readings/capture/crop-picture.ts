import { canvasBlob, newCanvas, penOf } from '@/features/readings/capture/canvas'
import {
  isWhole,
  pixelsOf,
  scaleWithin,
  turnedSize,
  type Part,
  type Turns,
} from '@/features/readings/capture/crop-geometry'

// What the canvas of an iPhone takes.
const MOST_PIXELS = 16_000_000
const LONGEST_SHOWN_PX = 1_600

/** What the browser can show of a file, upright; it refuses what it cannot (HEIC, TIFF, PDF). */
export function decodePicture(file: Blob): Promise<ImageBitmap> {
  return createImageBitmap(file, { imageOrientation: 'from-image' })
}

/** Draws the turned picture into a canvas, as fine as a screen shows it. */
export function showTurned(canvas: HTMLCanvasElement, picture: ImageBitmap, turns: Turns) {
  const size = turnedSize(picture, turns)
  const scale = Math.min(1, LONGEST_SHOWN_PX / Math.max(size.width, size.height))
  canvas.width = Math.max(1, Math.round(size.width * scale))
  canvas.height = Math.max(1, Math.round(size.height * scale))
  const pen = penOf(canvas)
  pen.scale(canvas.width / size.width, canvas.height / size.height)
  drawTurned(pen, picture, turns)
}

/** The part of the turned picture as a file of its own, or the file itself where nothing was changed. */
export async function cropPicture(
  file: File,
  picture: ImageBitmap,
  { part, turns }: { part: Part; turns: Turns },
): Promise<File> {
  if (isWhole(part) && turns === 0) return file
  const { x, y, width, height } = pixelsOf(part, turnedSize(picture, turns))
  const scale = scaleWithin({ width, height }, MOST_PIXELS)
  const size = { width: Math.ceil(width * scale), height: Math.ceil(height * scale) }
  const { canvas, pen } = newCanvas(size)
  // Where the picture is transparent there is paper.
  pen.fillStyle = 'white'
  pen.fillRect(0, 0, size.width, size.height)
  pen.scale(scale, scale)
  pen.translate(-x, -y)
  drawTurned(pen, picture, turns)
  const isPhoto = file.type !== 'image/png'
  const blob = await canvasBlob(canvas, isPhoto ? 'image/jpeg' : 'image/png')
  return new File([blob], cropName(file.name, isPhoto ? 'jpg' : 'png'), { type: blob.type })
}

/** The name of the file that was cut, marked, so that the two are told apart in the history. */
export function cropName(name: string, extension: string): string {
  const base = name.replace(/\.\w+$/, '').replace(/ \(cropped\)$/, '')
  return `${base} (cropped).${extension}`
}

function drawTurned(pen: CanvasRenderingContext2D, picture: ImageBitmap, turns: Turns) {
  const { width, height } = turnedSize(picture, turns)
  pen.translate(width / 2, height / 2)
  pen.rotate((turns * Math.PI) / 2)
  pen.drawImage(picture, -picture.width / 2, -picture.height / 2)
}
