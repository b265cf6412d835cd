import { t } from '@lingui/core/macro'
import { Trans } from '@lingui/react/macro'
import { Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import type { Page } from '@/api/types'
import { errorText } from '@/api/error-text'
import { Notice } from '@/components/notice'
import type { LinkedMarks } from '@/features/readings/linked-marks'
import { MarkedPicture } from '@/features/readings/picture/marked-picture'
import { pageImageQuery } from '@/features/readings/queries'
import { useObjectUrl } from '@/lib/use-object-url'

interface PagePictureProps extends LinkedMarks {
  readingId: string
  number: number
  page: Page
}

/** A page of a reading, as the service keeps it. */
export function PagePicture({ readingId, number, page, ...linked }: PagePictureProps) {
  const { data: image, error, refetch } = useQuery(pageImageQuery(readingId, number))
  const url = useObjectUrl(image)

  if (error) {
    return (
      <Notice
        kind="error"
        action={
          <Button size="compact-md" variant="default" onClick={() => void refetch()}>
            {t`Try again`}
          </Button>
        }
      >
        <Trans>The picture could not be loaded. {errorText(error)}</Trans>
      </Notice>
    )
  }
  return <MarkedPicture url={url} alt={t`Page ${number} as it was sent`} page={page} {...linked} />
}
