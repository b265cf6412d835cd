import { t } from '@lingui/core/macro'
import { Title } from '@mantine/core'
import { IconAlertTriangle } from '@tabler/icons-react'
import type { Issue } from '@/api/types'
import classes from '@/features/readings/issue-list.module.css'
import type { Mark } from '@/features/readings/marks'
import { issueNames, issueSentence } from '@/features/readings/words'

interface IssueListProps {
  issues: readonly Issue[]
  pageIndex: number
  marks: readonly Mark[]
  onSelect: (index: number) => void
  onShowPage: (index: number) => void
}

/** What could not be read with certainty, and why; an issue with a place leads to it. */
export function IssueList({ issues, pageIndex, marks, onSelect, onShowPage }: IssueListProps) {
  // That nothing is written is said by the status already.
  const shown = issues.filter(({ code }) => code !== 'blank')
  if (shown.length === 0) return null
  const lineCount = new Set(marks.map(({ line }) => line)).size
  return (
    <section aria-labelledby="issues-title">
      <Title order={2} size="h4" id="issues-title" mb={8}>
        {t`To look at`}
      </Title>
      <ul className={classes.issues}>
        {shown.map((issue, index) => {
          const mark = marks.find((candidate) => candidate.issue === issue)
          const isOfLine = issue.page === pageIndex && issue.symbol === null
          const start = isOfLine && marks.find(({ line }) => line === issue.line)
          const isElsewhere = issue.page !== null && issue.page !== pageIndex
          return (
            <li key={index}>
              <IconAlertTriangle size={18} aria-hidden className={classes.icon} />
              <span>
                <strong>{t(issueNames[issue.code])}.</strong> {issueSentence(issue)}{' '}
                {mark && (
                  <button type="button" onClick={() => onSelect(mark.index)}>
                    {t`Show digit ${mark.index + 1}`}
                  </button>
                )}
                {start && lineCount > 1 && (
                  <button type="button" onClick={() => onSelect(start.index)}>
                    {t`Show line ${start.line + 1}`}
                  </button>
                )}
                {isElsewhere && (
                  <button type="button" onClick={() => onShowPage(issue.page ?? 0)}>
                    {t`Show page ${(issue.page ?? 0) + 1}`}
                  </button>
                )}
              </span>
            </li>
          )
        })}
      </ul>
    </section>
  )
}
