import { t } from '@lingui/core/macro'
import { Button } from '@mantine/core'
import { IconCrop, IconRefresh } from '@tabler/icons-react'
import { useEffect, useRef } from 'react'
import classes from '@/features/readings/capture/camera-view.module.css'
import { useObjectUrl } from '@/lib/use-object-url'

interface PicturePreviewProps {
  picture: File
  onRead: () => void
  onRetake: () => void
  onCrop: () => void
}

/** The picture before it is sent. Enter sends it, as the focus is there. */
export function PicturePreview({ picture, onRead, onRetake, onCrop }: PicturePreviewProps) {
  const url = useObjectUrl(picture)
  const read = useRef<HTMLButtonElement>(null)
  useEffect(() => read.current?.focus(), [])

  return (
    <div className={classes.view}>
      <div className={classes.screen}>
        {url !== undefined && <img src={url} alt={t`What was taken`} className={classes.image} />}
      </div>
      <p role="status" className={classes.words}>
        {t`The picture was taken. Is the number sharp and whole?`}
      </p>
      <div className={classes.bar}>
        <Button
          variant="default"
          leftSection={<IconRefresh size={18} aria-hidden />}
          onClick={onRetake}
        >
          {t`Take it again`}
        </Button>
        <Button variant="default" leftSection={<IconCrop size={18} aria-hidden />} onClick={onCrop}>
          {t`Crop or turn`}
        </Button>
        <Button ref={read} size="md" className={classes.main} onClick={onRead}>
          {t`Read this picture`}
        </Button>
      </div>
    </div>
  )
}
