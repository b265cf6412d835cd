import { t } from '@lingui/core/macro'
import { Trans } from '@lingui/react/macro'
import { Title, VisuallyHidden } from '@mantine/core'
import { useEffect, useRef, useState } from 'react'
import type { TriedReading } from '@/api/types'
import { LinkButton } from '@/components/link-button'
import { StatusBadge } from '@/components/status-badge'
import { Alternatives } from '@/features/readings/alternatives'
import { CopyTextButton } from '@/features/readings/copy-text-button'
import { DigitCard } from '@/features/readings/digit-card'
import { Crop } from '@/features/readings/digit-crop'
import { DigitText } from '@/features/readings/digit-text'
import { Disclosure } from '@/features/readings/disclosure'
import { IssueList } from '@/features/readings/issue-list'
import { listMarks } from '@/features/readings/marks'
import { MarkedPicture } from '@/features/readings/picture/marked-picture'
import classes from '@/features/readings/reading-view.module.css'
import { StagesOfPage } from '@/features/readings/stages-of-page'
import own from '@/features/readings/trying/try-it.module.css'
import { statusSentence } from '@/features/readings/words'
import { useObjectUrl } from '@/lib/use-object-url'

interface TryResultProps {
  file: File
  reading: TriedReading
}

/** What was read of a visitor's picture, as somebody with an account sees it. */
export function TryResult({ file, reading }: TryResultProps) {
  const [selected, setSelected] = useState(0)
  const [hovered, setHovered] = useState<number | null>(null)
  const heading = useRef<HTMLDivElement>(null)
  const page = reading.pages[0]
  const { url, onError } = usePicture(file, reading)
  const marks = page ? listMarks(page, 0, reading.issues) : []
  const mark = marks[selected]
  const linked = { marks, selected, hovered, onSelect: setSelected, onHover: setHovered }
  const seen = reading.stages?.pages[0]

  // Whoever has sent a picture is led to its result, by the keyboard and on a small screen too.
  useEffect(() => {
    heading.current?.focus({ preventScroll: true })
    heading.current?.scrollIntoView({ block: 'start' })
  }, [reading])

  return (
    <div ref={heading} tabIndex={-1} className={own.result} role="group" aria-label={t`The result`}>
      <div className={classes.columns}>
        <div className={classes.picture}>
          {page && (
            <MarkedPicture
              url={url}
              onError={onError}
              alt={t`The picture that was read`}
              page={page}
              {...linked}
            />
          )}
        </div>
        <div className={classes.panel}>
          <header className={classes.outcome}>
            <div className={classes.outcomeHead}>
              <StatusBadge status={reading.status} />
              {reading.text && <CopyTextButton text={reading.text} />}
            </div>
            <p role="status" className={classes.sentence}>
              {statusSentence(reading, marks.length)}
            </p>
          </header>
          <Title order={3} className={classes.hidden}>
            <VisuallyHidden>
              {reading.text ? t`Read: ${reading.text}` : t`No digits read`}
            </VisuallyHidden>
          </Title>
          {marks.length > 1 && <DigitText {...linked} />}
          <Alternatives reading={reading} />
          <IssueList
            issues={reading.issues}
            pageIndex={0}
            marks={marks}
            onSelect={setSelected}
            onShowPage={() => undefined}
          />
          {mark && page && (
            <DigitCard
              crop={<Crop url={url} page={page} box={mark.digit.box} />}
              mark={mark}
              count={marks.length}
            />
          )}
        </div>
      </div>
      {seen && (
        <Disclosure title={t`What the model saw`}>
          {() => <StagesOfPage number={1} stages={seen} lines={page?.lines} />}
        </Disclosure>
      )}
      <div className={own.invitation}>
        <p>
          <Trans>
            With an account you read many pictures at once, correct what is doubtful with the
            keyboard alone, and find and export it all later.
          </Trans>
        </p>
        <LinkButton to="/register">{t`Create an account`}</LinkButton>
      </div>
    </div>
  )
}

/** The picture as it was sent; as the service saw it where the browser cannot show it, or it was turned. */
function usePicture(file: File, { pages, stages }: TriedReading) {
  const [isUnknown, setIsUnknown] = useState(false)
  const sent = useObjectUrl(file)
  const seen = stages?.pages[0]?.page
  const isTurned = (pages[0]?.turned_deg ?? 0) !== 0
  const url = seen && (isUnknown || isTurned) ? `data:image/png;base64,${seen.png}` : sent
  return { url, onError: () => setIsUnknown(true) }
}
