import { t } from '@lingui/core/macro'
import type { Reading } from '@/api/types'
import { shortText } from '@/features/readings/words'
import { formatPercent } from '@/lib/format'

const WORTH_SHOWING = 0.005
const MOST_SHOWN = 3

/** The whole texts that come next, when one of them is worth a thought. */
export function Alternatives({ reading }: { reading: Pick<Reading, 'text' | 'alternatives'> }) {
  const likely = reading.alternatives
    .filter(({ text, confidence }) => text !== reading.text && confidence >= WORTH_SHOWING)
    .slice(0, MOST_SHOWN)

  if (likely.length === 0) return null
  return (
    <p style={{ margin: 0, color: 'var(--ink-soft)' }}>
      {t`Or perhaps`}{' '}
      {likely.map(({ text, confidence }) => (
        <span key={text} style={{ display: 'inline-block', marginRight: '0.5em' }}>
          <strong style={{ fontFamily: 'var(--mono)', color: 'var(--ink)' }}>
            {shortText(text)}
          </strong>{' '}
          ({formatPercent(confidence)})
        </span>
      ))}
    </p>
  )
}
