import { t } from '@lingui/core/macro'
import { Trans } from '@lingui/react/macro'
import { Button, FileButton, Loader, Title } from '@mantine/core'
import { useMutation, useQuery } from '@tanstack/react-query'
import { IconPencil, IconPhoto } from '@tabler/icons-react'
import { lazy, Suspense, useEffect, useRef } from 'react'
import { ApiError } from '@/api/api-error'
import { errorText } from '@/api/error-text'
import type { Trial, TriedReading } from '@/api/types'
import { Failure } from '@/components/failure'
import { LinkButton } from '@/components/link-button'
import { Notice } from '@/components/notice'
import { ACCEPT } from '@/features/readings/check-file'
import { fitPicture } from '@/features/readings/trying/fit-picture'
import { drawSample } from '@/features/readings/trying/sample-picture'
import { isSpent, trialQuery, tryErrorText, tryPicture } from '@/features/readings/trying/try'
import classes from '@/features/readings/trying/try-it.module.css'
import { useIncomingFiles } from '@/features/readings/use-incoming-files'

const TryResult = lazy(() =>
  import('@/features/readings/trying/try-result').then((module) => ({
    default: module.TryResult,
  })),
)

/** Where a service reads a picture without an account, visitors see for themselves. */
export function TryIt() {
  const { data: trial, error, refetch, isFetching } = useQuery(trialQuery)

  if (error instanceof ApiError && error.status === 404) return null
  if (error) {
    return (
      <div className={classes.outage}>
        <Failure isRetrying={isFetching} onRetry={() => void refetch()}>
          {errorText(error)}
        </Failure>
      </div>
    )
  }
  return trial?.available ? <Desk trial={trial} /> : null
}

interface Tried {
  file: File
  reading: TriedReading
}

function Desk({ trial }: { trial: Trial }) {
  const running = useRef<AbortController>(null)
  useEffect(() => () => running.current?.abort(), [])
  const { mutate, data, error, isPending, variables } = useMutation({
    mutationFn: async (take: () => Promise<File>): Promise<Tried> => {
      running.current?.abort()
      const { signal } = (running.current = new AbortController())
      const file = await fitPicture(await take(), trial)
      return { file, reading: await tryPicture(file, signal) }
    },
  })
  const read = (file: File | null | undefined) => {
    if (file) mutate(() => Promise.resolve(file))
  }
  const isDragging = useIncomingFiles(([file]) => read(file))

  return (
    <section className={classes.desk} aria-labelledby="try-title" data-dragging={isDragging}>
      <Title order={2} id="try-title" className={classes.title}>
        {isDragging ? t`Let go to read it` : t`Try it`}
      </Title>
      <p className={classes.lead}>
        <Trans>
          Without an account: the number above, or a picture of yours, dropped anywhere on this
          page. It is read and forgotten; nothing is kept.
        </Trans>
      </p>
      <div className={classes.buttons}>
        <Button
          variant="light"
          leftSection={<IconPencil size={20} aria-hidden />}
          disabled={isPending}
          onClick={() => mutate(drawSample)}
        >
          {t`Read this sample`}
        </Button>
        <FileButton accept={ACCEPT} onChange={read}>
          {(props) => (
            <Button
              {...props}
              variant="default"
              disabled={isPending}
              leftSection={<IconPhoto size={20} aria-hidden />}
            >
              {t`Choose a picture`}
            </Button>
          )}
        </FileButton>
      </div>
      <div role="status" className={classes.waiting}>
        {isPending && (
          <>
            <Loader type="dots" aria-hidden />
            <span>{t`The picture is being read …`}</span>
          </>
        )}
      </div>
      {error && (
        <Notice
          kind="error"
          action={
            isSpent(error) ? (
              <LinkButton to="/register" size="compact-md">
                {t`Create an account`}
              </LinkButton>
            ) : (
              <Button size="compact-md" variant="default" onClick={() => mutate(variables)}>
                {t`Try again`}
              </Button>
            )
          }
        >
          {tryErrorText(error)}
        </Notice>
      )}
      {data && (
        <Suspense
          fallback={<Loader type="dots" role="status" aria-label={t`Loading the result`} />}
        >
          <TryResult file={data.file} reading={data.reading} />
        </Suspense>
      )}
    </section>
  )
}
