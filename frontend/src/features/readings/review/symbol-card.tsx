import { t } from '@lingui/core/macro'
import type { Page } from '@/api/types'
import { DigitCrop } from '@/features/readings/digit-crop'
import { rankCandidates } from '@/features/readings/marks'
import type { Cell } from '@/features/readings/review/cells'
import classes from '@/features/readings/review/symbol-card.module.css'
import { cellText, judgedNames } from '@/features/readings/review/words'
import { issueNames, issueSentence } from '@/features/readings/words'
import { formatPercent } from '@/lib/format'

const MOST_CANDIDATES = 3

interface SymbolCardProps {
  readingId: string
  page: Page
  cell: Cell
  count: number
  onType: (text: string) => void
}

/** The symbol in question, close up, with what it most likely is; a candidate is taken by a click. */
export function SymbolCard({ readingId, page, cell, count, onType }: SymbolCardProps) {
  const { read, issue, judged } = cell
  const isDigit = /^\d$/.test(read.text)
  const candidates = rankCandidates(read.probabilities).slice(0, MOST_CANDIDATES)
  return (
    <section className={classes.card} aria-labelledby="symbol-title">
      <DigitCrop readingId={readingId} pageNumber={cell.part.page + 1} page={page} box={cell.box} />
      <div className={classes.words}>
        <h2 id="symbol-title" className={classes.title}>
          {t`Digit ${cell.index + 1} of ${count}`}
          <span className={classes.state}>
            {judged
              ? `${cellText(cell)} · ${t(judgedNames[judged])}`
              : formatPercent(read.confidence)}
          </span>
        </h2>
        {isDigit && !cell.cuts && (
          <div className={classes.candidates} role="group" aria-label={t`What it most likely is`}>
            {candidates.map(({ digit, probability }) => (
              <button key={digit} type="button" onClick={() => onType(String(digit))}>
                <strong>{digit}</strong> {formatPercent(probability)}
              </button>
            ))}
          </div>
        )}
      </div>
      {issue && !judged && (
        <p className={classes.issue}>
          <strong>{t(issueNames[issue.code])}.</strong> {issueSentence(issue)}
        </p>
      )}
    </section>
  )
}
