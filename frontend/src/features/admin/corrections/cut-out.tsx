import { t } from '@lingui/core/macro'
import { Button, Skeleton } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState, type CSSProperties } from 'react'
import { errorText } from '@/api/error-text'
import type { Correction, Doubt } from '@/api/types'
import classes from '@/features/admin/corrections/cut-out.module.css'
import { cutOutQuery } from '@/features/admin/corrections/queries'
import { useObjectUrl } from '@/lib/use-object-url'

interface CutOutProps {
  correction: Correction
  doubt: Doubt
}

/** The line as it is written, with a frame around what is in question. */
export function CutOut({ correction, doubt }: CutOutProps) {
  const { data, error, isFetching, refetch } = useQuery(cutOutQuery(correction, doubt))
  const url = useObjectUrl(data)
  const [ratio, setRatio] = useState(4)
  const [x, y, width, height] = doubt.mark.map((share) => `${share * 100}%`)

  if (error) {
    return (
      <p className={classes.failed} role="alert">
        {errorText(error)}
        <Button
          size="compact-sm"
          variant="default"
          loading={isFetching}
          onClick={() => void refetch()}
        >
          {t`Load the picture again`}
        </Button>
      </p>
    )
  }
  if (url === undefined) return <Skeleton height={96} width={260} maw="100%" radius="md" />
  return (
    <div className={classes.frame} style={{ '--ratio': ratio } as CSSProperties}>
      <img
        src={url}
        alt={t`The line as it is written; what is in question has a frame`}
        onLoad={({ currentTarget: { naturalWidth, naturalHeight } }) => {
          if (naturalHeight > 0) setRatio(naturalWidth / naturalHeight)
        }}
      />
      <span className={classes.mark} style={{ left: x, top: y, width, height }} />
    </div>
  )
}
