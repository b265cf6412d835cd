import { t } from '@lingui/core/macro'
import { Button } from '@mantine/core'
import type { ReactNode } from 'react'
import { Notice } from '@/components/notice'

interface FailureProps {
  children: ReactNode
  isRetrying: boolean
  onRetry: () => void
}

/** What could not be fetched, and the button to try again. */
export function Failure({ children, isRetrying, onRetry }: FailureProps) {
  return (
    <Notice
      kind="error"
      action={
        <Button size="compact-md" variant="default" loading={isRetrying} onClick={onRetry}>
          {t`Try again`}
        </Button>
      }
    >
      {children}
    </Notice>
  )
}
