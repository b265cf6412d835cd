import { Title } from '@mantine/core'
import type { Page } from '@/api/types'
import classes from '@/features/readings/digit-card.module.css'
import { DigitCrop } from '@/features/readings/digit-crop'
import { rankCandidates, type Mark } from '@/features/readings/marks'
import { formatPercent } from '@/lib/format'

interface DigitCardProps {
  readingId: string
  pageNumber: number
  page: Page
  mark: Mark
  /** How many digits the page has. */
  count: number
}

/** One digit: what is in the picture, what it was read as, and how likely the nine others are. */
export function DigitCard({ readingId, pageNumber, page, mark, count }: DigitCardProps) {
  const { digit, index } = mark
  const isDigit = /^\d$/.test(digit.text)
  const others = rankCandidates(digit.probabilities).filter(
    (candidate) => String(candidate.digit) !== digit.text,
  )

  return (
    <section className={classes.card} aria-labelledby="digit-title">
      <Title order={2} id="digit-title" className={classes.title}>
        {count === 1 ? 'The digit' : `${isDigit ? 'Digit' : 'Mark'} ${index + 1} of ${count}`}
      </Title>
      <div className={classes.columns}>
        <div className={classes.best}>
          <span
            className={classes.digit}
            data-alone={count === 1}
            data-doubtful={mark.issue !== undefined}
          >
            {digit.text || '?'}
          </span>
          <span className={classes.percent}>{formatPercent(digit.confidence)}</span>
          <DigitCrop readingId={readingId} pageNumber={pageNumber} page={page} box={digit.box} />
        </div>
        {isDigit && (
          <div className={classes.others}>
            <h3 className={classes.caption} id="others-title">
              Other digits
            </h3>
            <ol className={classes.bars} aria-labelledby="others-title">
              {others.map((candidate) => (
                <li key={candidate.digit} className={classes.row}>
                  <span className={classes.name}>{candidate.digit}</span>
                  <span className={classes.track} aria-hidden>
                    <span
                      className={classes.bar}
                      style={{ width: `${Math.max(candidate.probability * 100, 0.6)}%` }}
                    />
                  </span>
                  <span className={classes.value}>{formatPercent(candidate.probability)}</span>
                </li>
              ))}
            </ol>
          </div>
        )}
      </div>
    </section>
  )
}
