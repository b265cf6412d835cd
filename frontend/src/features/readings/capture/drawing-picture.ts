import { boundsOf, pictureFrame, type Stroke } from '@/features/readings/capture/drawing'
import { strokePath } from '@/features/readings/capture/stroke-path'
import { canvasBlob, newCanvas } from '@/features/readings/capture/canvas'

/** The drawing as a PNG to be read: black on white. */
export async function drawingPicture(strokes: readonly Stroke[]): Promise<File> {
  const bounds = boundsOf(strokes)
  if (!bounds) throw new Error('Nothing is drawn.')
  const { left, top, width, height, scale } = pictureFrame(bounds)
  const { canvas, pen } = newCanvas({ width, height })
  pen.fillStyle = 'white'
  pen.fillRect(0, 0, width, height)
  pen.fillStyle = 'black'
  pen.scale(scale, scale)
  pen.translate(-left, -top)
  for (const stroke of strokes) pen.fill(new Path2D(strokePath(stroke)))
  const blob = await canvasBlob(canvas, 'image/png')
  return new File([blob], 'drawing.png', { type: blob.type })
}
