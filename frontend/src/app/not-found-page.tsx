import { t } from '@lingui/core/macro'
import { LinkButton } from '@/components/link-button'
import { MessagePage } from '@/components/message-page'
import { usePageTitle } from '@/lib/use-page-title'

export function NotFoundPage() {
  usePageTitle(t`Page not found`)
  return (
    <MessagePage
      title={t`There is no page here`}
      digits={[4, 0, 4]}
      action={<LinkButton to="/">{t`Go to the start`}</LinkButton>}
    >
      {t`The address may have a slip of the pen in it.`}
    </MessagePage>
  )
}
