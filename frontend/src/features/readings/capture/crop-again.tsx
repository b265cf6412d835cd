import { t } from '@lingui/core/macro'
import { Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { IconCrop } from '@tabler/icons-react'
import { useState } from 'react'
import { useNavigate } from 'react-router'
import { errorText } from '@/api/error-text'
import type { Reading } from '@/api/types'
import { Failure } from '@/components/failure'
import { Notice } from '@/components/notice'
import { CaptureDialog } from '@/features/readings/capture/capture-dialog'
import { Loaded } from '@/features/readings/capture/loaded'
import { pictureToCropQuery } from '@/features/readings/capture/picture-to-crop'
import { useUpload } from '@/features/readings/use-upload'

/** For a picture that was read badly because it lay wrong or shows too much: a part of it, read as a new reading. */
export function CropAgain({ reading }: { reading: Reading }) {
  const [isOpen, setIsOpen] = useState(false)
  // Of several pages one would have to be chosen; such files are scans, which seldom need it.
  if (reading.pages.length !== 1) return null

  return (
    <>
      <Button
        variant="default"
        leftSection={<IconCrop size={18} aria-hidden />}
        onClick={() => setIsOpen(true)}
      >
        {t`Crop or turn, read again`}
      </Button>
      <CaptureDialog
        opened={isOpen}
        title={t`Crop or turn, read again`}
        onClose={() => setIsOpen(false)}
      >
        <Cropping reading={reading} onClose={() => setIsOpen(false)} />
      </CaptureDialog>
    </>
  )
}

function Cropping({ reading, onClose }: { reading: Reading; onClose: () => void }) {
  const navigate = useNavigate()
  const { data: file, error, refetch, isFetching } = useQuery(pictureToCropQuery(reading))
  const { upload, send } = useUpload(
    reading.symbols,
    reading.pattern ?? '',
    ({ id }) => void navigate(`/readings/${id}`),
  )

  if (error) {
    return (
      <Failure isRetrying={isFetching} onRetry={() => void refetch()}>
        {errorText(error)}
      </Failure>
    )
  }
  return (
    <Loaded name="crop" load={() => import('@/features/readings/capture/crop-editor')}>
      {({ CropEditor }) =>
        file && (
          <CropEditor
            file={file}
            done={t`Read this part`}
            isSending={upload.state === 'sending'}
            onDone={send}
            onCancel={onClose}
          >
            {upload.state === 'failed' ? (
              <Notice kind="error">{upload.message}</Notice>
            ) : (
              <Notice kind="info">{t`It becomes a new reading. This one stays as it is.`}</Notice>
            )}
          </CropEditor>
        )
      }
    </Loaded>
  )
}
