import 'react-image-crop/dist/ReactCrop.css'
import { Button } from '@mantine/core'
import { IconRotate2, IconRotateClockwise2 } from '@tabler/icons-react'
import { useEffect, useRef, useState, type ReactNode } from 'react'
import { ReactCrop } from 'react-image-crop'
import { Notice } from '@/components/notice'
import { CutFields } from '@/features/readings/capture/cut-fields'
import classes from '@/features/readings/capture/crop-editor.module.css'
import {
  addTurn,
  pixelsOf,
  turnedSize,
  turnPart,
  whole,
  type Turns,
} from '@/features/readings/capture/crop-geometry'
import { cropPicture, decodePicture, showTurned } from '@/features/readings/capture/crop-picture'

interface CropEditorProps {
  file: File
  /** What the button says that takes the part. */
  done: string
  isSending?: boolean
  onDone: (part: File) => void
  onCancel: () => void
  /** What a person should know before taking it. */
  children?: ReactNode
}

const SMALLEST_PX = 24
const untouched = { part: whole, turns: 0 as Turns }
const handles = {
  cropArea: 'The part that is kept. The arrow keys move it.',
  nwDragHandle: 'Upper left corner of the part. The arrow keys move it in and out.',
  nDragHandle: 'Upper edge of the part. The arrow keys up and down move it.',
  neDragHandle: 'Upper right corner of the part. The arrow keys move it in and out.',
  eDragHandle: 'Right edge of the part. The arrow keys left and right move it.',
  seDragHandle: 'Lower right corner of the part. The arrow keys move it in and out.',
  sDragHandle: 'Lower edge of the part. The arrow keys up and down move it.',
  swDragHandle: 'Lower left corner of the part. The arrow keys move it in and out.',
  wDragHandle: 'Left edge of the part. The arrow keys left and right move it.',
}

/** Turns a picture by quarters and takes a part of it, by dragging, by keys or by numbers. */
export function CropEditor({ file, done, isSending, onDone, onCancel, children }: CropEditorProps) {
  const { picture, problem } = usePicture(file)
  const canvas = useRef<HTMLCanvasElement>(null)
  const [{ part, turns }, setCut] = useState(untouched)
  const [failure, setFailure] = useState<string>()
  const size = picture && turnedSize(picture, turns)
  const kept = size && pixelsOf(part, size)

  useEffect(() => {
    if (picture && canvas.current) showTurned(canvas.current, picture, turns)
  }, [picture, turns])

  function turn(by: 'left' | 'right') {
    setCut({ part: turnPart(part, by), turns: addTurn(turns, by) })
  }

  function take() {
    if (!picture) return
    cropPicture(file, picture, { part, turns }).then(onDone, () =>
      setFailure('This picture is too large for this browser to cut. Cut it in another program.'),
    )
  }

  return (
    <div className={classes.editor}>
      <div className={classes.table} aria-busy={!picture && !problem}>
        {problem ? (
          <Notice kind="error">{problem}</Notice>
        ) : (
          <ReactCrop
            className={classes.crop}
            crop={{ ...part, unit: '%' }}
            ariaLabels={handles}
            keepSelection
            minWidth={SMALLEST_PX}
            minHeight={SMALLEST_PX}
            onChange={(_, { x, y, width, height }) =>
              setCut({ part: { x, y, width, height }, turns })
            }
          >
            <canvas ref={canvas} className={classes.picture} aria-hidden />
          </ReactCrop>
        )}
      </div>
      <p role="status" className={classes.sentence}>
        {size &&
          kept &&
          `${kept.width} by ${kept.height} of ${size.width} by ${size.height} pixels are kept.`}
      </p>
      {failure !== undefined && <Notice kind="error">{failure}</Notice>}
      {children}
      <CutFields part={part} onChange={(next) => setCut({ part: next, turns })} />
      <div className={classes.tools}>
        <div className={classes.turns}>
          <Button
            variant="default"
            leftSection={<IconRotate2 size={18} aria-hidden />}
            disabled={!picture}
            onClick={() => turn('left')}
          >
            Turn left
          </Button>
          <Button
            variant="default"
            leftSection={<IconRotateClockwise2 size={18} aria-hidden />}
            disabled={!picture}
            onClick={() => turn('right')}
          >
            Turn right
          </Button>
          <Button variant="subtle" disabled={!picture} onClick={() => setCut(untouched)}>
            Reset
          </Button>
        </div>
        <div className={classes.ends}>
          <Button variant="default" onClick={onCancel}>
            Cancel
          </Button>
          <Button disabled={!picture} loading={isSending} onClick={take}>
            {done}
          </Button>
        </div>
      </div>
    </div>
  )
}

/** The decoded picture, given back to the browser when it is no longer shown. */
function usePicture(file: File) {
  const [picture, setPicture] = useState<ImageBitmap>()
  const [problem, setProblem] = useState<string>()

  useEffect(() => {
    let isOver = false
    let decoded: ImageBitmap | undefined
    decodePicture(file).then(
      (bitmap) => {
        decoded = bitmap
        if (isOver) bitmap.close()
        else setPicture(bitmap)
      },
      () => {
        if (!isOver) setProblem('This browser cannot show this picture, so it cannot be cut here.')
      },
    )
    return () => {
      isOver = true
      decoded?.close()
      setPicture(undefined)
    }
  }, [file])

  return { picture, problem }
}
