import { t } from '@lingui/core/macro'
import { Button } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { IconDownload, IconTrash } from '@tabler/icons-react'
import { useState } from 'react'
import { useNavigate } from 'react-router'
import { errorText } from '@/api/error-text'
import type { Reading } from '@/api/types'
import { LinkButton } from '@/components/link-button'
import { Notice } from '@/components/notice'
import { CropAgain } from '@/features/readings/capture/crop-again'
import { DeleteDialog } from '@/features/readings/delete-dialog'
import { fetchPicture } from '@/features/readings/queries'
import classes from '@/features/readings/reading-actions.module.css'
import { saveFile } from '@/lib/save-file'

export function ReadingActions({ reading }: { reading: Reading }) {
  const navigate = useNavigate()
  const [isDeleting, setIsDeleting] = useState(false)
  const download = useMutation({
    mutationFn: () => fetchPicture(reading.id),
    onSuccess: (blob) => saveFile(blob, reading.file_name),
  })

  return (
    <div>
      {download.isError && <Notice kind="error">{errorText(download.error)}</Notice>}
      <div className={classes.actions}>
        <LinkButton to="/read">{t`Read another`}</LinkButton>
        {reading.status !== 'blank' && (
          <LinkButton to={`/review?reading=${reading.id}`} variant="light">
            {reading.feedback ? t`Correct it again` : t`Correct it`}
          </LinkButton>
        )}
        <CropAgain reading={reading} />
        <Button
          variant="default"
          leftSection={<IconDownload size={18} aria-hidden />}
          loading={download.isPending}
          onClick={() => download.mutate()}
        >
          {t`Download original`}
        </Button>
        <Button
          variant="subtle"
          color="var(--unreadable)"
          leftSection={<IconTrash size={18} aria-hidden />}
          onClick={() => setIsDeleting(true)}
        >
          {t`Delete`}
        </Button>
      </div>
      <DeleteDialog
        reading={isDeleting ? reading : null}
        onClose={() => setIsDeleting(false)}
        onDeleted={() =>
          void navigate('/readings', { replace: true, state: { deleted: reading.file_name } })
        }
      />
    </div>
  )
}
