import { t } from '@lingui/core/macro'
import { Button } from '@mantine/core'
import type { ReactNode } from 'react'
import { MessagePage } from '@/components/message-page'
import { usePageTitle } from '@/lib/use-page-title'

export interface Outcome {
  title: string
  words: string
  action?: ReactNode
  /** Tries once more, where that can help. */
  again?: () => void
}

/** A page that does one thing by itself, and says what came of it; screen readers hear it too. */
export function LinkOutcome({ pageTitle, outcome }: { pageTitle: string; outcome: Outcome }) {
  usePageTitle(pageTitle)
  const { title, words, action, again } = outcome
  return (
    <div aria-live="polite">
      <MessagePage
        title={title}
        action={again ? <Button onClick={again}>{t`Try again`}</Button> : action}
      >
        <p>{words}</p>
      </MessagePage>
    </div>
  )
}
