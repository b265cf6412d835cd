import { LinkButton } from '@/components/link-button'
import { MessagePage } from '@/components/message-page'
import { usePageTitle } from '@/lib/use-page-title'

export function NotFoundPage() {
  usePageTitle('Page not found')
  return (
    <MessagePage
      title="There is no page here"
      digits={[4, 0, 4]}
      action={<LinkButton to="/">Go to the start</LinkButton>}
    >
      The address may have a slip of the pen in it.
    </MessagePage>
  )
}
