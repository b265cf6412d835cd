import { t } from '@lingui/core/macro'
import { Tabs, Title, VisuallyHidden } from '@mantine/core'
import { useState } from 'react'
import type { Reading } from '@/api/types'
import { StatusBadge } from '@/components/status-badge'
import { Alternatives } from '@/features/readings/alternatives'
import { CopyTextButton } from '@/features/readings/copy-text-button'
import { DeveloperPanel } from '@/features/readings/developers/developer-panel'
import { DigitCard } from '@/features/readings/digit-card'
import { DigitCrop } from '@/features/readings/digit-crop'
import { DigitText } from '@/features/readings/digit-text'
import { IssueList } from '@/features/readings/issue-list'
import { listMarks } from '@/features/readings/marks'
import { PagePicture } from '@/features/readings/page-picture'
import { ReadingActions } from '@/features/readings/reading-actions'
import { ReadingDetails } from '@/features/readings/reading-details'
import classes from '@/features/readings/reading-view.module.css'
import { StagesPanel } from '@/features/readings/stages-panel'
import { WritingPanel } from '@/features/readings/writing-panel'
import { currentText, feedbackSentence, statusSentence } from '@/features/readings/words'

export function ReadingView({ reading }: { reading: Reading }) {
  const [pageIndex, setPageIndex] = useState(0)
  const [selected, setSelected] = useState(0)
  const [hovered, setHovered] = useState<number | null>(null)

  const page = reading.pages[pageIndex]
  const marks = page ? listMarks(page, pageIndex, reading.issues) : []
  const mark = marks[selected]
  const digits = reading.pages.flatMap(({ lines }) =>
    lines.flatMap(({ symbols }) => symbols),
  ).length
  const text = currentText(reading)
  const checked = feedbackSentence(reading)
  const linked = { marks, selected, hovered, onSelect: setSelected, onHover: setHovered }

  function showPage(index: number) {
    setPageIndex(index)
    setSelected(0)
    setHovered(null)
  }

  return (
    <article>
      <div className={classes.columns}>
        <div className={classes.picture}>
          {reading.pages.length > 1 && (
            <Tabs value={String(pageIndex)} onChange={(value) => showPage(Number(value))} mb="sm">
              <Tabs.List aria-label={t`Pages`}>
                {reading.pages.map((_, index) => (
                  <Tabs.Tab key={index} value={String(index)}>
                    {t`Page ${index + 1}`}
                  </Tabs.Tab>
                ))}
              </Tabs.List>
            </Tabs>
          )}
          {page && (
            <PagePicture readingId={reading.id} number={pageIndex + 1} page={page} {...linked} />
          )}
        </div>

        <div className={classes.panel}>
          <header className={classes.outcome}>
            <div className={classes.outcomeHead}>
              <StatusBadge status={checked === null ? reading.status : 'checked'} />
              {text && <CopyTextButton text={text} />}
            </div>
            <p role="status" className={classes.sentence}>
              {checked ?? statusSentence(reading, digits)}
            </p>
            {checked !== null && text !== '' && text !== reading.text && (
              <p className={classes.corrected}>{text}</p>
            )}
          </header>
          <Title order={1} className={classes.hidden}>
            <VisuallyHidden>
              {reading.text ? t`Read: ${reading.text}` : t`No digits read`}
            </VisuallyHidden>
          </Title>
          {digits > 1 && <DigitText {...linked} />}
          <Alternatives reading={reading} />
          <IssueList
            issues={reading.issues}
            pageIndex={pageIndex}
            marks={marks}
            onSelect={setSelected}
            onShowPage={showPage}
          />
          {mark && page && (
            <DigitCard
              crop={
                <DigitCrop
                  readingId={reading.id}
                  pageNumber={pageIndex + 1}
                  page={page}
                  box={mark.digit.box}
                />
              }
              mark={mark}
              count={marks.length}
            />
          )}
          <ReadingActions reading={reading} />
          <ReadingDetails reading={reading} />
        </div>
      </div>
      <StagesPanel reading={reading} pageIndex={pageIndex} />
      <WritingPanel reading={reading} page={page} />
      <DeveloperPanel reading={reading} />
    </article>
  )
}
