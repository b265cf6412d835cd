import { t } from '@lingui/core/macro'
import { Trans } from '@lingui/react/macro'
import { Button, FileButton, Title } from '@mantine/core'
import { IconFolder, IconPhoto } from '@tabler/icons-react'
import type { ComponentProps, ReactNode } from 'react'
import { Link } from 'react-router'
import { HandDigit } from '@/components/hand-digit'
import { Notice } from '@/components/notice'
import { ACCEPT, FORMATS, MAX_BYTES } from '@/features/readings/check-file'
import classes from '@/features/readings/drop-zone.module.css'
import { pictures } from '@/lib/dropped-files'
import { formatFileSize } from '@/lib/format'

const isMac = navigator.userAgent.includes('Mac')

interface DropZoneProps {
  isDragging: boolean
  onFiles: (files: readonly File[]) => void
  onRetry: (file: File) => void
  /** Other ways to a picture, as more buttons. */
  children: ReactNode
  failure?: { file: File; message: string; canRetry: boolean; needsEmail?: boolean }
}

// A whole folder, which no standard has a name for yet.
const ofFolder = { webkitdirectory: '' } as ComponentProps<'input'>

export function DropZone({ isDragging, onFiles, onRetry, failure, children }: DropZoneProps) {
  const pasteKey = isMac ? '⌘' : t`Ctrl`
  const formats = t(FORMATS)
  const size = formatFileSize(MAX_BYTES)
  return (
    <section className={classes.zone} data-dragging={isDragging} aria-labelledby="read-title">
      {failure && (
        <div className={classes.failure}>
          <Notice
            kind="error"
            action={
              failure.canRetry && (
                <Button size="compact-md" variant="default" onClick={() => onRetry(failure.file)}>
                  {t`Try again`}
                </Button>
              )
            }
          >
            <strong>{failure.file.name}</strong>
            <br />
            {failure.message}{' '}
            {failure.needsEmail && <Link to="/account">{t`Go to your account`}</Link>}
          </Notice>
        </div>
      )}
      <svg viewBox="0 0 196 84" className={classes.drawing} aria-hidden>
        <HandDigit digit={2} x={4} y={2} slant={6} />
        <HandDigit digit={5} x={68} y={2} slant={4} />
        <HandDigit digit={7} x={132} y={2} slant={2} />
      </svg>
      <Title order={1} id="read-title" className={classes.title}>
        {isDragging ? (
          t`Let go to read`
        ) : (
          <>
            <span className={classes.byMouse}>{t`Drop a picture of a number`}</span>
            <span className={classes.byTouch}>{t`Read a number from a picture`}</span>
          </>
        )}
      </Title>
      <p className={classes.hint}>
        <Trans>
          anywhere on this page, one or many, or paste it with <kbd>{pasteKey}</kbd> <kbd>V</kbd>
        </Trans>
      </p>
      <div className={classes.buttons}>
        <FileButton accept={ACCEPT} multiple onChange={onFiles}>
          {(props) => (
            <Button {...props} size="lg" leftSection={<IconPhoto size={22} aria-hidden />}>
              {t`Choose files`}
            </Button>
          )}
        </FileButton>
        <FileButton multiple inputProps={ofFolder} onChange={(files) => onFiles(pictures(files))}>
          {(props) => (
            <Button
              {...props}
              size="lg"
              variant="default"
              className={classes.folder}
              leftSection={<IconFolder size={22} aria-hidden />}
            >
              {t`Choose a folder`}
            </Button>
          )}
        </FileButton>
        {children}
      </div>
      <p className={classes.formats}>
        <Trans>
          {formats}, usually up to {size}
        </Trans>
      </p>
    </section>
  )
}
