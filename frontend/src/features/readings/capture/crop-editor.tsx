import 'react-image-crop/dist/ReactCrop.css'
import { t } from '@lingui/core/macro'
import { Button } from '@mantine/core'
import { IconRotate2, IconRotateClockwise2 } from '@tabler/icons-react'
import { useEffect, useRef, useState, type ReactNode } from 'react'
import { ReactCrop } from 'react-image-crop'
import { Notice } from '@/components/notice'
import type { Size } from '@/features/readings/capture/canvas'
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
import { formatNumber } from '@/lib/format'

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

/** Turns a picture by quarters and takes a part of it, by dragging, by keys or by numbers. */
export function CropEditor({ file, done, isSending, onDone, onCancel, children }: CropEditorProps) {
  const { picture, isUnknown } = usePicture(file)
  const canvas = useRef<HTMLCanvasElement>(null)
  const [{ part, turns }, setCut] = useState(untouched)
  const [isTooLarge, setIsTooLarge] = useState(false)
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
    cropPicture(file, picture, { part, turns }).then(onDone, () => setIsTooLarge(true))
  }

  return (
    <div className={classes.editor}>
      <div className={classes.table} aria-busy={!picture && !isUnknown}>
        {isUnknown ? (
          <Notice kind="error">{t`This browser cannot show this picture, so it cannot be cut here.`}</Notice>
        ) : (
          <ReactCrop
            className={classes.crop}
            crop={{ ...part, unit: '%' }}
            ariaLabels={handleWords()}
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
        {size && kept && keptSentence(kept, size)}
      </p>
      {isTooLarge && (
        <Notice kind="error">{t`This picture is too large for this browser to cut. Cut it in another program.`}</Notice>
      )}
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
            {t`Turn left`}
          </Button>
          <Button
            variant="default"
            leftSection={<IconRotateClockwise2 size={18} aria-hidden />}
            disabled={!picture}
            onClick={() => turn('right')}
          >
            {t`Turn right`}
          </Button>
          <Button variant="subtle" disabled={!picture} onClick={() => setCut(untouched)}>
            {t`Reset`}
          </Button>
        </div>
        <div className={classes.ends}>
          <Button variant="default" onClick={onCancel}>
            {t`Cancel`}
          </Button>
          <Button disabled={!picture} loading={isSending} onClick={take}>
            {done}
          </Button>
        </div>
      </div>
    </div>
  )
}

function keptSentence(kept: Size, size: Size): string {
  const width = formatNumber(kept.width)
  const height = formatNumber(kept.height)
  const fullWidth = formatNumber(size.width)
  const fullHeight = formatNumber(size.height)
  return t`${width} by ${height} of ${fullWidth} by ${fullHeight} pixels are kept.`
}

/** What is dragged, as screen readers say it. */
function handleWords() {
  return {
    cropArea: t`The part that is kept. The arrow keys move it.`,
    nwDragHandle: t`Upper left corner of the part. The arrow keys move it in and out.`,
    nDragHandle: t`Upper edge of the part. The arrow keys up and down move it.`,
    neDragHandle: t`Upper right corner of the part. The arrow keys move it in and out.`,
    eDragHandle: t`Right edge of the part. The arrow keys left and right move it.`,
    seDragHandle: t`Lower right corner of the part. The arrow keys move it in and out.`,
    sDragHandle: t`Lower edge of the part. The arrow keys up and down move it.`,
    swDragHandle: t`Lower left corner of the part. The arrow keys move it in and out.`,
    wDragHandle: t`Left edge of the part. The arrow keys left and right move it.`,
  }
}

/** The decoded picture, given back to the browser when it is no longer shown. */
function usePicture(file: File) {
  const [picture, setPicture] = useState<ImageBitmap>()
  const [isUnknown, setIsUnknown] = useState(false)

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
        if (!isOver) setIsUnknown(true)
      },
    )
    return () => {
      isOver = true
      decoded?.close()
      setPicture(undefined)
    }
  }, [file])

  return { picture, isUnknown }
}
