import { t } from '@lingui/core/macro'
import { Button, Skeleton } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useParams } from 'react-router'
import { ApiError } from '@/api/api-error'
import { errorText } from '@/api/error-text'
import { LinkButton } from '@/components/link-button'
import { MessagePage } from '@/components/message-page'
import { readingQuery } from '@/features/readings/queries'
import { ReadingView } from '@/features/readings/reading-view'
import classes from '@/features/readings/reading-view.module.css'
import { shortText } from '@/features/readings/words'
import { usePageTitle } from '@/lib/use-page-title'

export function ReadingPage() {
  const { id = '' } = useParams()
  const { data: reading, error, refetch, isFetching } = useQuery(readingQuery(id))
  usePageTitle(reading ? shortText(reading.text) || t`Reading` : t`Reading`)

  if (reading) return <ReadingView key={reading.id} reading={reading} />
  if (error instanceof ApiError && [404, 422].includes(error.status)) {
    return (
      <MessagePage
        title={t`There is no such reading`}
        digits={[4, 0, 4]}
        action={<LinkButton to="/readings">{t`See your readings`}</LinkButton>}
      >
        {t`It may have been deleted, or it belongs to another account.`}
      </MessagePage>
    )
  }
  if (error) {
    return (
      <MessagePage
        title={t`The reading could not be loaded`}
        action={
          <Button onClick={() => void refetch()} loading={isFetching}>
            {t`Try again`}
          </Button>
        }
      >
        <p role="alert">{errorText(error)}</p>
      </MessagePage>
    )
  }
  return (
    <div className={classes.columns} aria-busy aria-label={t`Loading the reading`} role="status">
      <Skeleton height={420} radius="lg" />
      <div>
        <Skeleton height={32} width={120} radius="xl" mb={20} />
        <Skeleton height={96} radius="lg" mb={20} />
        <Skeleton height={240} radius="lg" />
      </div>
    </div>
  )
}
