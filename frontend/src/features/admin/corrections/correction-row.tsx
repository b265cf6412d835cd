import { t } from '@lingui/core/macro'
import { Trans } from '@lingui/react/macro'
import { Button } from '@mantine/core'
import { IconCheck, IconSchool, IconX } from '@tabler/icons-react'
import { useId, useState } from 'react'
import { Link } from 'react-router'
import type { Correction, Doubt } from '@/api/types'
import { Notice } from '@/components/notice'
import { CutOut } from '@/features/admin/corrections/cut-out'
import classes from '@/features/admin/corrections/correction-row.module.css'
import type { Verdict } from '@/features/admin/corrections/queries'
import { formatMoment, formatNumber, formatPercent } from '@/lib/format'

interface CorrectionRowProps {
  correction: Correction
  pending: Verdict | undefined
  problem: string | undefined
  onDecide: (verdict: Verdict) => void
}

/** What was read, what a person says, the picture to judge by, and the decision. */
export function CorrectionRow({ correction, pending, problem, onDecide }: CorrectionRowProps) {
  const { read, verdict } = correction
  const said = correction.said ?? t`nothing`
  const moment = formatMoment(correction.created_at)
  const networks = Object.entries(correction.models)
    .map(([name, version]) => `${name} ${version}`)
    .join(', ')
  return (
    <li className={classes.row}>
      <CutOut correction={correction} doubt={correction} />
      <div className={classes.words}>
        <h2 className={classes.title}>
          <Sentence doubt={correction} />
        </h2>
        <p className={classes.soft}>
          {t`Said ${moment}, read by ${networks}.`}{' '}
          <Link to={`/admin/audit?person=${correction.user_id}`}>
            {t`What happened to this account`}
          </Link>
        </p>
        <Others correction={correction} />
      </div>
      {problem !== undefined && <Notice kind="error">{problem}</Notice>}
      {verdict !== null && (
        <p className={classes.verdict} data-verdict={verdict}>
          {verdict === 'use' ? (
            <IconCheck size={18} aria-hidden />
          ) : (
            <IconX size={18} aria-hidden />
          )}
          {verdict === 'use' ? t`It is learned from.` : t`It is left out.`}
        </p>
      )}
      <div className={classes.actions}>
        {verdict !== 'use' && (
          <Button
            variant="light"
            leftSection={<IconSchool size={18} aria-hidden />}
            aria-label={t`Learn from it: ${read} was read, ${said} is said`}
            loading={pending === 'use'}
            disabled={pending === 'leave_out'}
            data-decides
            onClick={() => onDecide('use')}
          >
            {t`Learn from it`}
          </Button>
        )}
        {verdict !== 'leave_out' && (
          <Button
            variant="default"
            leftSection={<IconX size={18} aria-hidden />}
            aria-label={t`Leave it out: ${read} was read, ${said} is said`}
            loading={pending === 'leave_out'}
            disabled={pending === 'use'}
            data-decides
            onClick={() => onDecide('leave_out')}
          >
            {t`Leave it out`}
          </Button>
        )}
      </div>
    </li>
  )
}

function Sentence({ doubt: { read, said, confidence } }: { doubt: Doubt }) {
  const sure = formatPercent(confidence)
  return said === null ? (
    <Trans>
      Read as <b>{read}</b> with {sure} confidence; the person says that there is nothing to read.
    </Trans>
  ) : (
    <Trans>
      Read as <b>{read}</b> with {sure} confidence; the person says <b>{said}</b>.
    </Trans>
  )
}

/** The verdict is of the whole correction, so whoever decides can see what else it contradicts. */
function Others({ correction }: { correction: Correction }) {
  const [isOpen, setIsOpen] = useState(false)
  const id = useId()
  const { others, doubts } = correction
  if (others.length === 0) return null
  const left = doubts - 1 - others.length
  const more = formatNumber(left)
  const count = formatNumber(doubts - 1)
  return (
    <>
      <Button
        variant="default"
        size="compact-md"
        w="fit-content"
        aria-expanded={isOpen}
        aria-controls={id}
        onClick={() => setIsOpen(!isOpen)}
      >
        {isOpen ? t`Hide what else it contradicts` : t`What else it contradicts: ${count}`}
      </Button>
      <div id={id}>
        {isOpen && (
          <ul className={classes.others}>
            {others.map((doubt) => (
              <li key={`${doubt.page} ${doubt.line} ${doubt.symbol}`}>
                <CutOut correction={correction} doubt={doubt} />
                <p>
                  <Sentence doubt={doubt} />
                </p>
              </li>
            ))}
            {left > 0 && <li>{t`And ${more} more, of which the networks were less sure.`}</li>}
          </ul>
        )}
      </div>
    </>
  )
}
