import { expect, test } from 'vitest'
import {
  addStroke,
  boundsOf,
  clear,
  noDrawing,
  pictureFrame,
  redo,
  scaleToShow,
  undo,
  type Stroke,
} from '@/features/readings/capture/drawing'

function stroke(...points: [x: number, y: number][]): Stroke {
  return { points: points.map(([x, y]) => [x, y, 0.5]), width: 10, hasPressure: false }
}

const bar = stroke([20, 20], [80, 20])
const stem = stroke([80, 20], [40, 120])
const seven = addStroke(addStroke(noDrawing, bar), stem)

test('undo takes strokes back one by one, and redo brings them again', () => {
  const once = undo(seven)
  expect(once.strokes).toEqual([bar])
  expect(undo(once).strokes).toEqual([])
  expect(redo(undo(once)).strokes).toEqual([bar])
  expect(redo(redo(undo(once))).strokes).toEqual([bar, stem])
})

test('clearing can be undone', () => {
  const cleared = clear(seven)
  expect(cleared.strokes).toEqual([])
  expect(undo(cleared).strokes).toEqual([bar, stem])
  expect(redo(undo(cleared)).strokes).toEqual([])
})

test('a new stroke ends what could be brought again', () => {
  const changed = addStroke(undo(seven), bar)
  expect(redo(changed)).toBe(changed)
})

test('where there is nothing to undo, redo or clear, nothing changes', () => {
  expect(undo(noDrawing)).toBe(noDrawing)
  expect(redo(noDrawing)).toBe(noDrawing)
  expect(clear(noDrawing)).toBe(noDrawing)
})

test('the bounds hold the ink to the edge of its strokes', () => {
  expect(boundsOf([bar, stem])).toEqual({ left: 15, top: 15, right: 85, bottom: 125 })
  expect(boundsOf([])).toBeNull()
})

test.each([
  ['a pad as large as before', { width: 300, height: 200 }, 1],
  ['a pad too narrow', { width: 42.5, height: 200 }, 0.5],
  ['a pad too low', { width: 300, height: 50 }, 0.4],
  ['a pad that is not laid out yet', { width: 0, height: 0 }, 1],
])('%s shows the whole drawing', (_, pad, scale) => {
  expect(scaleToShow([bar, stem], pad)).toBeCloseTo(scale)
})

test('the picture has paper around the ink, twice as fine as the screen', () => {
  const frame = pictureFrame({ left: 100, top: 50, right: 160, bottom: 130 })
  expect(frame).toEqual({ left: 60, top: 10, width: 280, height: 320, scale: 2 })
})

test('the picture of a huge drawing stays within its longest side', () => {
  const { width, height } = pictureFrame({ left: 0, top: 0, right: 3_000, bottom: 400 })
  expect(width).toBe(2_000)
  expect(height).toBeLessThan(width)
})
