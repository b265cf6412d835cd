import { t } from '@lingui/core/macro'
import { Title } from '@mantine/core'
import type { ReactNode } from 'react'
import classes from '@/features/readings/digit-card.module.css'
import { rankCandidates, type Mark } from '@/features/readings/marks'
import { formatPercent } from '@/lib/format'

interface DigitCardProps {
  /** The digit as it stands in the picture. */
  crop: ReactNode
  mark: Mark
  /** How many digits the page has. */
  count: number
}

/** One digit: what is in the picture, what it was read as, and how likely each of the ten is. */
export function DigitCard({ crop, mark, count }: DigitCardProps) {
  const { digit, index } = mark
  const number = index + 1
  const isDigit = /^\d$/.test(digit.text)
  const candidates = rankCandidates(digit.probabilities)

  return (
    <section className={classes.card} aria-labelledby="digit-title">
      <Title order={2} id="digit-title" className={classes.title}>
        {count === 1
          ? t`The digit`
          : isDigit
            ? t`Digit ${number} of ${count}`
            : t`Mark ${number} of ${count}`}
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
          {crop}
        </div>
        {isDigit && (
          <div className={classes.others}>
            <h3 className={classes.caption} id="candidates-title">
              {t`How likely each digit is`}
            </h3>
            <ol className={classes.bars} aria-labelledby="candidates-title">
              {candidates.map((candidate) => (
                <li
                  key={candidate.digit}
                  className={classes.row}
                  data-read={String(candidate.digit) === digit.text}
                >
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
