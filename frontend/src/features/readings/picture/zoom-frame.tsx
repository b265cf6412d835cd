import { t } from '@lingui/core/macro'
import { ActionIcon } from '@mantine/core'
import { IconMaximize, IconZoomIn, IconZoomOut } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import { MOST } from '@/features/readings/picture/zoom'
import { useZoom } from '@/features/readings/picture/use-zoom'
import classes from '@/features/readings/picture/zoom-frame.module.css'
import { formatShare } from '@/lib/format'

interface ZoomFrameProps {
  width: number
  height: number
  /** The digit that is to be seen. */
  selected: number
  children: ReactNode
}

/** A picture that can be looked at closely: with the keys + - 0, the wheel, two fingers, or the buttons. */
export function ZoomFrame({ width, height, selected, children }: ZoomFrameProps) {
  const { frame, scale, zoomIn, zoomOut, fit } = useZoom(selected)
  const shape = {
    aspectRatio: `${width} / ${height}`,
    maxWidth: `calc(72vh * ${width / height})`,
  }
  const buttons = [
    { label: t`Zoom in`, icon: IconZoomIn, act: zoomIn, isOff: scale >= MOST },
    { label: t`Zoom out`, icon: IconZoomOut, act: zoomOut, isOff: scale <= 1 },
    { label: t`Show the whole picture`, icon: IconMaximize, act: fit, isOff: scale <= 1 },
  ]
  return (
    <div className={classes.outer} style={{ maxWidth: shape.maxWidth }}>
      {/* What is larger than the frame is scrolled, also by keyboard. */}
      {/* eslint-disable jsx-a11y/no-noninteractive-tabindex */}
      <div
        ref={frame}
        role="group"
        aria-label={t`The picture; the keys + and - zoom`}
        tabIndex={0}
        className={classes.frame}
        style={shape}
        data-zoomed={scale > 1}
      >
        <div
          className={classes.content}
          style={{ width: `${scale * 100}%`, height: `${scale * 100}%` }}
        >
          {children}
        </div>
      </div>
      {/* eslint-enable jsx-a11y/no-noninteractive-tabindex */}
      <div role="group" aria-label={t`Zoom`} className={classes.buttons}>
        <span role="status" className={classes.scale}>
          {scale > 1 && formatShare(scale)}
        </span>
        {buttons.map(({ label, icon: Icon, act, isOff }) => (
          <ActionIcon
            key={label}
            variant="default"
            size={40}
            radius="md"
            aria-label={label}
            title={label}
            // Disabled, it would lose the focus of who pressed it last.
            aria-disabled={isOff}
            data-off={isOff}
            className={classes.button}
            onClick={act}
          >
            <Icon size={20} aria-hidden />
          </ActionIcon>
        ))}
      </div>
    </div>
  )
}
