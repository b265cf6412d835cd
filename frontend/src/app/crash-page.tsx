import { Button } from '@mantine/core'
import { MessagePage } from '@/components/message-page'
import { usePageTitle } from '@/lib/use-page-title'

/** Shown instead of a page that failed to load or to draw. */
export function CrashPage() {
  usePageTitle('Something went wrong')
  return (
    <MessagePage
      title="This page could not be shown"
      action={<Button onClick={() => window.location.reload()}>Reload</Button>}
    >
      <p role="alert">
        Something went wrong in the page itself, or part of it could not be loaded. Your readings
        are safe. Reload to try again.
      </p>
    </MessagePage>
  )
}
