import { t } from '@lingui/core/macro'
import {
  IconAlertTriangle,
  IconBan,
  IconCheck,
  IconPencil,
  IconQuestionMark,
} from '@tabler/icons-react'
import type { Cell } from '@/features/readings/review/cells'
import type { JudgementKind } from '@/features/readings/review/judgements'
import classes from '@/features/readings/review/review-text.module.css'
import { cellName, cellText } from '@/features/readings/review/words'

interface ReviewTextProps {
  cells: readonly Cell[]
  selected: number
  hovered: number | null
  onSelect: (index: number) => void
  onHover: (index: number | null) => void
}

const judgedIcons: Record<JudgementKind, typeof IconCheck> = {
  confirmed: IconCheck,
  corrected: IconPencil,
  not_a_digit: IconBan,
  unreadable: IconQuestionMark,
}

/** The text as it stands, line by line; each symbol is a stop of the Tab key and hears what is typed. */
export function ReviewText({ cells, selected, hovered, onSelect, onHover }: ReviewTextProps) {
  const lines = groupByLine(cells)
  const longest = Math.max(0, ...lines.map((line) => line.length))
  return (
    <div
      // Letters are this page's keys here, not the screen reader's.
      role="application"
      aria-label={t`The digits as they stand. Type a digit to correct one, Enter accepts, question mark tells all keys.`}
      className={classes.text}
      data-size={longest <= 8 ? 'large' : longest <= 14 ? 'medium' : 'small'}
    >
      {lines.map((line) => (
        <div
          key={line[0]?.index}
          className={classes.line}
          data-current={line.some(({ index }) => index === selected)}
        >
          {line.map((cell) => (
            <button
              key={cell.index}
              type="button"
              className={classes.cell}
              data-cell={cell.index}
              data-doubtful={cell.isDoubtful}
              data-judged={cell.judged ?? undefined}
              data-hovered={hovered === cell.index}
              aria-pressed={selected === cell.index}
              aria-label={cellName(cell, cells.length)}
              onClick={() => onSelect(cell.index)}
              onFocus={() => onSelect(cell.index)}
              onPointerEnter={() => onHover(cell.index)}
              onPointerLeave={() => onHover(null)}
            >
              <span className={classes.symbol}>{cellText(cell)}</span>
              <CellIcon cell={cell} />
            </button>
          ))}
        </div>
      ))}
    </div>
  )
}

function CellIcon({ cell }: { cell: Cell }) {
  const Icon = cell.judged ? judgedIcons[cell.judged] : cell.isDoubtful ? IconAlertTriangle : null
  return <span className={classes.icon}>{Icon && <Icon size={15} stroke={2.4} aria-hidden />}</span>
}

function groupByLine(cells: readonly Cell[]): Cell[][] {
  const lines = new Map<string, Cell[]>()
  for (const cell of cells) {
    const key = `${cell.part.page}.${cell.part.line}`
    lines.set(key, [...(lines.get(key) ?? []), cell])
  }
  return [...lines.values()]
}
