import { t } from '@lingui/core/macro'
import { Trans } from '@lingui/react/macro'
import { Button } from '@mantine/core'
import { MessagePage } from '@/components/message-page'
import { usePageTitle } from '@/lib/use-page-title'

/** Shown instead of a page that failed to load or to draw. */
export function CrashPage() {
  usePageTitle(t`Something went wrong`)
  return (
    <MessagePage
      title={t`This page could not be shown`}
      action={<Button onClick={() => window.location.reload()}>{t`Reload`}</Button>}
    >
      <p role="alert">
        <Trans>
          Something went wrong in the page itself, or part of it could not be loaded. Your readings
          are safe. Reload to try again.
        </Trans>
      </p>
    </MessagePage>
  )
}
