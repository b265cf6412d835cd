import { t } from '@lingui/core/macro'
import { Button } from '@mantine/core'
import { useEffect, useState } from 'react'
import type { Reading } from '@/api/types'
import { Notice } from '@/components/notice'
import { Keypad } from '@/features/readings/review/keypad'
import { KeysHelp } from '@/features/readings/review/keys-help'
import type { Judgement } from '@/features/readings/review/judgements'
import classes from '@/features/readings/review/review-desk.module.css'
import { ReviewPicture } from '@/features/readings/review/review-picture'
import { ReviewProgress } from '@/features/readings/review/review-progress'
import { ReviewText } from '@/features/readings/review/review-text'
import { SymbolCard } from '@/features/readings/review/symbol-card'
import { Tools } from '@/features/readings/review/tools'
import { TypeTextDialog } from '@/features/readings/review/type-text-dialog'
import { useDesk } from '@/features/readings/review/use-desk'
import { useDeskKeys } from '@/features/readings/review/use-desk-keys'
import type { Review } from '@/features/readings/review/use-review'

interface ReviewDeskProps {
  reading: Reading
  /** What was said of it so far. */
  known: readonly Judgement[]
  review: Review
  onLeave: () => void
}

/** One reading to be checked: its picture, its digits, and all that can be said of them. */
export function ReviewDesk({ reading, known, review, onLeave }: ReviewDeskProps) {
  const [hovered, setHovered] = useState<number | null>(null)
  const [isWholePage, setIsWholePage] = useState(false)
  const [dialog, setDialog] = useState<'help' | 'text' | null>(null)
  const [typed, setTyped] = useState('')
  const typeText = (text = reading.text) => {
    setTyped(text)
    setDialog('text')
  }
  const desk = useDesk(reading, known, review, typeText)
  const { cells, cell, page } = desk

  const toggleWholePage = () => setIsWholePage((is) => !is)
  const section = useDeskKeys(desk, reading.symbols, {
    leave: onLeave,
    skip: review.skip,
    back: review.back,
    showHelp: () => setDialog('help'),
    typeText,
    toggleWholePage,
    wholeUnreadable: () => review.finish({ kind: 'unreadable', part: null }),
    wholeNoNumber: () => review.finish({ kind: 'not_a_digit', part: null }),
  })

  useEffect(() => {
    // Where keys are heard; after each step too, since a button may have been pressed for it.
    section.current?.querySelector<HTMLElement>(`[data-cell="${desk.at}"]:not(rect)`)?.focus()
  }, [section, desk.at, known.length])

  const linked = { cells, selected: desk.at, hovered, onSelect: desk.select, onHover: setHovered }
  return (
    <section ref={section} className={classes.desk} aria-label={t`Review of ${reading.file_name}`}>
      <ReviewProgress review={review} onHelp={() => setDialog('help')} onLeave={onLeave} />
      {review.refusal && <Refusal review={review} />}
      <div className={classes.columns}>
        <div className={classes.seen}>
          {page && (
            <ReviewPicture
              readingId={reading.id}
              pageIndex={cell?.part.page ?? 0}
              page={page}
              isWholePage={isWholePage || cells.length === 0}
              drawn={desk.drawn}
              onDraw={desk.setDrawn}
              {...linked}
            />
          )}
          {cells.length > 0 ? (
            <ReviewText {...linked} />
          ) : (
            <p className={classes.none} tabIndex={-1} data-cell="0">
              {t`No digit was found. Type what is written, or say that there is none.`}
            </p>
          )}
          <p role="status" className={classes.message}>
            {desk.message}
          </p>
        </div>
        <div className={classes.said}>
          {cell && page && (
            <SymbolCard
              readingId={reading.id}
              page={page}
              cell={cell}
              count={cells.length}
              onType={desk.type}
            />
          )}
          <Keypad
            desk={desk}
            symbols={reading.symbols}
            canUndo={review.canUndo}
            onSkip={review.skip}
          />
          <Tools
            desk={desk}
            isWholePage={isWholePage}
            onToggleWholePage={toggleWholePage}
            onTypeText={() => typeText()}
          />
          <p className={classes.file}>{reading.file_name}</p>
        </div>
      </div>
      <KeysHelp opened={dialog === 'help'} onClose={() => setDialog(null)} />
      <TypeTextDialog
        reading={reading}
        initial={typed}
        opened={dialog === 'text'}
        onClose={() => setDialog(null)}
        onSave={(text) => review.finish({ kind: 'corrected', part: null, text })}
      />
    </section>
  )
}

function Refusal({ review }: { review: Review }) {
  const { refusal, id } = review
  if (!refusal) return null
  const isElsewhere = refusal.readingId !== id
  return (
    <Notice
      kind="error"
      action={
        isElsewhere && (
          <Button
            size="compact-md"
            variant="default"
            onClick={() => review.showOpen(refusal.readingId)}
          >
            {t`Show it`}
          </Button>
        )
      }
    >
      {t`The last step was not saved, so it is as it was before.`} {refusal.message}
    </Notice>
  )
}
