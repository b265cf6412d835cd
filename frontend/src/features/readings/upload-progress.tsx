import { t } from '@lingui/core/macro'
import { Button, Loader, Progress, Title } from '@mantine/core'
import classes from '@/features/readings/upload-progress.module.css'
import { formatFileSize, formatShare } from '@/lib/format'
import { useObjectUrl } from '@/lib/use-object-url'

interface UploadProgressProps {
  file: File
  /** From 0 to 1; at 1 the file has arrived and is being read. */
  share: number
  onCancel: () => void
}

export function UploadProgress({ file, share, onCancel }: UploadProgressProps) {
  const preview = useObjectUrl(file)
  const percent = Math.round(share * 100)
  const hasArrived = share >= 1

  return (
    <section className={classes.card} aria-labelledby="upload-title">
      {preview && <Preview key={preview} url={preview} />}
      <Title order={1} size="h2" id="upload-title" className={classes.title}>
        {hasArrived ? t`Reading …` : t`Sending …`}
      </Title>
      <p className={classes.file}>
        {file.name} · {formatFileSize(file.size)}
      </p>
      <div className={classes.progress}>
        {hasArrived ? (
          <Loader type="dots" aria-hidden />
        ) : (
          <Progress.Root size="lg" radius="xl">
            <Progress.Section value={percent} aria-label={t`Sending ${file.name}`} />
          </Progress.Root>
        )}
      </div>
      <p role="status" className={classes.words}>
        {hasArrived ? t`The picture has arrived and is being read.` : t`${formatShare(share)} sent`}
      </p>
      <Button variant="default" onClick={onCancel}>
        {t`Cancel`}
      </Button>
    </section>
  )
}

/** The browser cannot draw every format that can be read (HEIC, TIFF, PDF): then there is no preview. */
function Preview({ url }: { url: string }) {
  return (
    <img
      src={url}
      alt=""
      className={classes.preview}
      onError={(event) => {
        event.currentTarget.hidden = true
      }}
    />
  )
}
