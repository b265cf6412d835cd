import { msg, plural, t } from '@lingui/core/macro'
import { Trans } from '@lingui/react/macro'
import { Button, SegmentedControl } from '@mantine/core'
import { useElementSize } from '@mantine/hooks'
import { IconArrowBackUp, IconArrowForwardUp, IconEraser } from '@tabler/icons-react'
import { memo, useEffect, useEffectEvent, useState } from 'react'
import {
  addStroke,
  clear,
  redo,
  scaleToShow,
  undo,
  type Drawing,
  type Stroke,
} from '@/features/readings/capture/drawing'
import classes from '@/features/readings/capture/draw-pad.module.css'
import { drawingPicture } from '@/features/readings/capture/drawing-picture'
import { strokePath } from '@/features/readings/capture/stroke-path'
import { usePen } from '@/features/readings/capture/use-pen'

interface DrawPadProps {
  drawing: Drawing
  onDrawing: (change: (drawing: Drawing) => Drawing) => void
  onRead: (picture: File) => void
}

const widths = [
  { value: '7', label: msg`Thin` },
  { value: '12', label: msg`Medium` },
  { value: '17', label: msg`Thick` },
]

/** Paper to write a number on. What stands on it belongs to the page, so it is there again when this is opened again. */
export function DrawPad({ drawing, onDrawing, onRead }: DrawPadProps) {
  const [width, setWidth] = useState('12')
  const { ref, width: padWidth, height: padHeight } = useElementSize<HTMLDivElement>()
  const pad = { width: padWidth, height: padHeight }
  const { strokes, past, future } = drawing
  const scale = scaleToShow(strokes, pad)
  const pen = usePen({
    width: Number(width),
    scale,
    onStroke: (stroke) => onDrawing((known) => addStroke(known, stroke)),
  })
  const isEmpty = strokes.length === 0

  function read() {
    if (!isEmpty) void drawingPicture(strokes).then(onRead)
  }
  useDrawingKeys({ onDrawing, read })

  return (
    <div className={classes.desk}>
      <p className={classes.hint}>
        <Trans>
          Write with a mouse, a pen or a finger. If you cannot draw, close this and choose a picture
          instead.
        </Trans>
      </p>
      <div ref={ref} className={classes.paper}>
        <svg
          className={classes.pad}
          viewBox={padWidth > 0 ? `0 0 ${padWidth / scale} ${padHeight / scale}` : undefined}
          preserveAspectRatio="xMinYMin meet"
          role="img"
          aria-label={t`Paper to write on`}
          {...pen.handlers}
        >
          {strokes.map((stroke, index) => (
            <Ink key={index} stroke={stroke} />
          ))}
          {pen.stroke && <Ink stroke={pen.stroke} />}
        </svg>
        {isEmpty && !pen.stroke && (
          <span className={classes.invitation}>{t`Write a number here`}</span>
        )}
      </div>
      <p role="status" className={classes.count}>
        {countSentence(strokes.length)}
      </p>
      <div className={classes.tools}>
        <SegmentedControl
          aria-label={t`Thickness of the pen`}
          data={widths.map(({ value, label }) => ({ value, label: t(label) }))}
          value={width}
          onChange={setWidth}
        />
        <div className={classes.steps}>
          <Button
            variant="default"
            leftSection={<IconArrowBackUp size={18} aria-hidden />}
            disabled={past.length === 0}
            aria-keyshortcuts="Control+Z"
            onClick={() => onDrawing(undo)}
          >
            {t`Undo`}
          </Button>
          <Button
            variant="default"
            leftSection={<IconArrowForwardUp size={18} aria-hidden />}
            disabled={future.length === 0}
            aria-keyshortcuts="Control+Y"
            onClick={() => onDrawing(redo)}
          >
            {t`Redo`}
          </Button>
          <Button
            variant="default"
            leftSection={<IconEraser size={18} aria-hidden />}
            disabled={isEmpty}
            aria-keyshortcuts="Delete"
            onClick={() => onDrawing(clear)}
          >
            {t({ message: 'Clear', context: 'a drawing' })}
          </Button>
        </div>
        <Button
          className={classes.read}
          size="md"
          disabled={isEmpty}
          aria-keyshortcuts="Control+Enter"
          onClick={read}
        >
          {t`Read`}
        </Button>
      </div>
    </div>
  )
}

const Ink = memo(function Ink({ stroke }: { stroke: Stroke }) {
  return <path d={strokePath(stroke)} />
})

function countSentence(strokes: number): string {
  if (strokes === 0) return t`Nothing is written yet.`
  return plural(strokes, { one: '# stroke is written.', other: '# strokes are written.' })
}

interface DrawingKeys {
  onDrawing: DrawPadProps['onDrawing']
  read: () => void
}

/** Heard wherever the focus is: nothing but this dialog is there for the keyboard while it is open. */
function useDrawingKeys({ onDrawing, read }: DrawingKeys) {
  const press = useEffectEvent((event: KeyboardEvent) => {
    const key = event.key.toLowerCase()
    const isCommand = event.ctrlKey || event.metaKey
    if (isCommand && key === 'z') onDrawing(event.shiftKey ? redo : undo)
    else if (isCommand && key === 'y') onDrawing(redo)
    else if (isCommand && key === 'enter') read()
    else if (!isCommand && (key === 'delete' || key === 'backspace')) onDrawing(clear)
    else return
    event.preventDefault()
  })

  useEffect(() => {
    const listening = new AbortController()
    window.addEventListener('keydown', press, { signal: listening.signal })
    return () => listening.abort()
  }, [])
}
