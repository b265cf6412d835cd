import { t } from '@lingui/core/macro'
import { ActionIcon, Checkbox } from '@mantine/core'
import { useMediaQuery } from '@mantine/hooks'
import { IconTrash } from '@tabler/icons-react'
import { useWindowVirtualizer } from '@tanstack/react-virtual'
import { memo, useEffect, useState } from 'react'
import type { ReadingSummary } from '@/api/types'
import classes from '@/features/readings/history/history-list.module.css'
import { ReadingRowContent } from '@/features/readings/reading-row'
import { useLanguage } from '@/lib/language'

const ROW_PX = 80
const NARROW_ROW_PX = 104
/** From so few rows before the end on, more are asked for. */
const LOAD_AHEAD = 30

interface HistoryListProps {
  readings: readonly ReadingSummary[]
  selected: ReadonlySet<string>
  /** The same function each time, as the next: a row that is in the page already is not drawn again. */
  onSelect: (id: string, isSelected: boolean) => void
  onDelete: (reading: ReadingSummary) => void
  /** Asks for more; undefined where all is there, or is being asked for. */
  onMore: (() => void) | undefined
}

/** Only the rows that can be seen are in the page, however long the list is. */
export function HistoryList({ readings, selected, onSelect, onDelete, onMore }: HistoryListProps) {
  const isNarrow = useMediaQuery('(max-width: 640px)')
  const rowPx = isNarrow ? NARROW_ROW_PX : ROW_PX
  const [top, setTop] = useState(0)
  const virtual = useWindowVirtualizer({
    count: readings.length,
    estimateSize: () => rowPx,
    overscan: 8,
    scrollMargin: top,
  })
  const rows = virtual.getVirtualItems()
  const isNearEnd = (rows.at(-1)?.index ?? 0) >= readings.length - LOAD_AHEAD

  useEffect(() => virtual.measure(), [virtual, rowPx])
  useEffect(() => {
    if (isNearEnd) onMore?.()
  }, [isNearEnd, onMore])

  return (
    <ul
      ref={(list) => {
        if (list) setTop(list.offsetTop)
      }}
      className={classes.list}
      style={{ height: virtual.getTotalSize() }}
    >
      {rows.map(({ index, start }) => {
        const reading = readings[index]
        if (!reading) return null
        return (
          <li
            key={reading.id}
            className={classes.row}
            aria-setsize={onMore ? -1 : readings.length}
            aria-posinset={index + 1}
            data-selected={selected.has(reading.id)}
            style={{ height: rowPx, transform: `translateY(${start - top}px)` }}
          >
            <Row
              reading={reading}
              isSelected={selected.has(reading.id)}
              onSelect={onSelect}
              onDelete={onDelete}
            />
          </li>
        )
      })}
    </ul>
  )
}

interface RowProps {
  reading: ReadingSummary
  isSelected: boolean
  onSelect: (id: string, isSelected: boolean) => void
  onDelete: (reading: ReadingSummary) => void
}

/** Scrolling moves rows sixty times a second; what is in them is drawn once. */
const Row = memo(function Row({ reading, isSelected, onSelect, onDelete }: RowProps) {
  // Its words change with the language, which is none of its props.
  useLanguage()
  return (
    <ReadingRowContent
      reading={reading}
      lead={
        <Checkbox
          aria-label={t`Select ${reading.file_name}`}
          checked={isSelected}
          onChange={(event) => onSelect(reading.id, event.currentTarget.checked)}
        />
      }
      action={
        <ActionIcon
          variant="subtle"
          color="gray"
          size="lg"
          radius="xl"
          aria-label={t`Delete ${reading.file_name}`}
          onClick={() => onDelete(reading)}
        >
          <IconTrash size={20} color="var(--ink-soft)" aria-hidden />
        </ActionIcon>
      }
    />
  )
})
