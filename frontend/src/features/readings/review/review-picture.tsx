import { t } from '@lingui/core/macro'
import { Trans } from '@lingui/react/macro'
import { Button, Skeleton } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useRef, type PointerEvent } from 'react'
import type { Page } from '@/api/types'
import { errorText } from '@/api/error-text'
import { Notice } from '@/components/notice'
import { pageImageQuery } from '@/features/readings/queries'
import { boxAround, type Cell } from '@/features/readings/review/cells'
import { toBox, type Box } from '@/features/readings/review/judgements'
import classes from '@/features/readings/review/review-picture.module.css'
import { cellName } from '@/features/readings/review/words'
import { useObjectUrl } from '@/lib/use-object-url'

interface ReviewPictureProps {
  readingId: string
  pageIndex: number
  page: Page
  cells: readonly Cell[]
  selected: number
  hovered: number | null
  isWholePage: boolean
  /** The box that is being drawn for the selected symbol. */
  drawn: Box | null
  onSelect: (index: number) => void
  onHover: (index: number | null) => void
  onDraw: (box: Box) => void
}

/** The picture around the line in question, or all of it, with a box on each symbol. */
export function ReviewPicture(props: ReviewPictureProps) {
  const { readingId, pageIndex, page, cells, selected, isWholePage, drawn } = props
  const { data: image, error, refetch } = useQuery(pageImageQuery(readingId, pageIndex + 1))
  const url = useObjectUrl(image)
  const drawing = useBoxDrawing(page, props.onDraw)
  const here = cells.filter(({ part }) => part.page === pageIndex)

  if (error) {
    return (
      <Notice
        kind="error"
        action={
          <Button size="compact-md" variant="default" onClick={() => void refetch()}>
            {t`Try again`}
          </Button>
        }
      >
        <Trans>The picture could not be loaded. {errorText(error)}</Trans>
      </Notice>
    )
  }
  const view = isWholePage ? [0, 0, page.width, page.height] : viewOfLine(page, cells[selected])
  return (
    <div className={classes.frame} data-whole={isWholePage} data-drawing={drawn !== null}>
      {!url && <Skeleton height="100%" radius={0} />}
      <svg
        viewBox={view.join(' ')}
        className={classes.picture}
        data-tiny={Math.max(page.width, page.height) < 200}
        role="group"
        aria-label={t`Page ${pageIndex + 1} as it was sent, with a box on each digit`}
        {...(drawn && drawing)}
      >
        {url && (
          <image href={url} width={page.width} height={page.height} preserveAspectRatio="none" />
        )}
        {page.unread.map((box) => (
          <rect key={box.join()} {...placed(box, 0)} className={classes.unread} />
        ))}
        {here.map((cell) => (
          <CellBox key={cell.index} cell={cell} count={cells.length} {...props} />
        ))}
        {drawn && <rect {...placed(drawn, 0)} className={classes.drawn} />}
      </svg>
    </div>
  )
}

function CellBox({
  cell,
  count,
  page,
  selected,
  hovered,
  drawn,
  onSelect,
  onHover,
}: ReviewPictureProps & { cell: Cell; count: number }) {
  const { index } = cell
  return (
    <rect
      {...placed(cell.box, Math.max(page.width, page.height) * 0.004)}
      role="button"
      tabIndex={-1}
      data-cell={index}
      aria-label={cellName(cell, count)}
      aria-pressed={selected === index}
      className={classes.box}
      data-doubtful={cell.isDoubtful}
      data-judged={cell.judged ?? undefined}
      data-hovered={hovered === index}
      data-passive={drawn !== null}
      onClick={() => onSelect(index)}
      onPointerEnter={() => onHover(index)}
      onPointerLeave={() => onHover(null)}
    />
  )
}

/** Drags a box on the picture, in its own pixels. */
function useBoxDrawing(page: Page, onDraw: (box: Box) => void) {
  const start = useRef<DOMPoint>(null)

  const point = (event: PointerEvent<SVGSVGElement>) =>
    new DOMPoint(event.clientX, event.clientY).matrixTransform(
      event.currentTarget.getScreenCTM()?.inverse(),
    )

  return {
    onPointerDown: (event: PointerEvent<SVGSVGElement>) => {
      event.preventDefault()
      event.currentTarget.setPointerCapture(event.pointerId)
      start.current = point(event)
    },
    onPointerMove: (event: PointerEvent<SVGSVGElement>) => {
      if (!start.current) return
      const box = boxBetween(start.current, point(event), page)
      if (box) onDraw(box)
    },
    onPointerUp: () => {
      start.current = null
    },
  }
}

function boxBetween(from: DOMPoint, to: DOMPoint, page: Page): Box | null {
  const within = (value: number, most: number) => Math.round(Math.max(0, Math.min(value, most)))
  const left = within(Math.min(from.x, to.x), page.width)
  const top = within(Math.min(from.y, to.y), page.height)
  const width = within(Math.max(from.x, to.x), page.width) - left
  const height = within(Math.max(from.y, to.y), page.height) - top
  return width >= 2 && height >= 2 ? [left, top, width, height] : null
}

/** Where the line of a symbol is, with some of what is around it. */
function viewOfLine(page: Page, cell: Cell | undefined): readonly number[] {
  const line = cell && page.lines[cell.part.line]
  if (!line) return [0, 0, page.width, page.height]
  const [x, y, width, height] = boxAround([line.box, ...line.symbols.map(({ box }) => box)])
  const space = height * 0.45
  return [x - space, y - space, width + 2 * space, height + 2 * space]
}

function placed(box: readonly number[], space: number) {
  const [x, y, width, height] = toBox(box)
  return {
    x: x - space,
    y: y - space,
    width: width + 2 * space,
    height: height + 2 * space,
    rx: space,
    vectorEffect: 'non-scaling-stroke' as const,
  }
}
