import { t } from '@lingui/core/macro'
import { Trans } from '@lingui/react/macro'
import { Button, FileButton } from '@mantine/core'
import { IconPhoto } from '@tabler/icons-react'
import { useEffect, useRef } from 'react'
import { Notice } from '@/components/notice'
import type { CameraProblem } from '@/features/readings/capture/camera'
import classes from '@/features/readings/capture/camera-view.module.css'
import { cameraSentence, canMend } from '@/features/readings/capture/camera-words'

interface CameraTroubleProps {
  problem: CameraProblem
  onRetry: () => void
  onFile: (file: File) => void
}

/** Why there is no viewfinder, and the way around it: on a phone the button opens the phone's own camera. */
export function CameraTrouble({ problem, onRetry, onFile }: CameraTroubleProps) {
  const choose = useRef<HTMLButtonElement>(null)
  useEffect(() => choose.current?.focus(), [])

  return (
    <div className={classes.trouble}>
      <Notice
        kind="error"
        action={
          canMend(problem) && (
            <Button size="compact-md" variant="default" onClick={onRetry}>
              {t`Try again`}
            </Button>
          )
        }
      >
        {cameraSentence(problem)}
      </Notice>
      <p className={classes.words}>
        <Trans>
          You can take the picture without this page, too: on a phone this button opens its camera,
          elsewhere it lets you choose a picture.
        </Trans>
      </p>
      <FileButton
        accept="image/*"
        capture="environment"
        onChange={(file) => {
          if (file) onFile(file)
        }}
      >
        {(props) => (
          <Button
            {...props}
            ref={choose}
            size="md"
            data-autofocus
            leftSection={<IconPhoto size={20} aria-hidden />}
          >
            {t`Take or choose a picture`}
          </Button>
        )}
      </FileButton>
    </div>
  )
}
