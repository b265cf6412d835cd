import { t } from '@lingui/core/macro'
import { Button } from '@mantine/core'
import { IconCamera, IconScribble } from '@tabler/icons-react'
import { useState } from 'react'
import { CaptureDialog } from '@/features/readings/capture/capture-dialog'
import type { Drawing } from '@/features/readings/capture/drawing'
import { Loaded } from '@/features/readings/capture/loaded'

interface CaptureButtonsProps {
  drawing: Drawing
  onDrawing: (change: (drawing: Drawing) => Drawing) => void
  onPicture: (picture: File) => void
}

/** For who has no picture yet: take one, or write the number here. */
export function CaptureButtons({ drawing, onDrawing, onPicture }: CaptureButtonsProps) {
  const [shown, setShown] = useState<'camera' | 'pad' | null>(null)
  const close = () => setShown(null)

  function read(picture: File) {
    close()
    onPicture(picture)
  }

  return (
    <>
      <Button
        size="lg"
        variant="default"
        leftSection={<IconCamera size={22} aria-hidden />}
        onClick={() => setShown('camera')}
      >
        {t`Use camera`}
      </Button>
      <Button
        size="lg"
        variant="default"
        leftSection={<IconScribble size={22} aria-hidden />}
        onClick={() => setShown('pad')}
      >
        {t`Draw a number`}
      </Button>
      <CaptureDialog opened={shown === 'camera'} title={t`Take a picture`} onClose={close}>
        <Loaded name="camera" load={() => import('@/features/readings/capture/camera-view')}>
          {({ CameraView }) => <CameraView onRead={read} />}
        </Loaded>
      </CaptureDialog>
      <CaptureDialog opened={shown === 'pad'} title={t`Draw a number`} onClose={close}>
        <Loaded name="pad" load={() => import('@/features/readings/capture/draw-pad')}>
          {({ DrawPad }) => <DrawPad drawing={drawing} onDrawing={onDrawing} onRead={read} />}
        </Loaded>
      </CaptureDialog>
    </>
  )
}
