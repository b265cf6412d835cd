import { t } from '@lingui/core/macro'
import { Skeleton } from '@mantine/core'
import type { Page } from '@/api/types'
import type { LinkedMarks } from '@/features/readings/linked-marks'
import classes from '@/features/readings/page-picture.module.css'
import { ZoomFrame } from '@/features/readings/picture/zoom-frame'
import { useRovingMarks } from '@/features/readings/use-roving-marks'

interface MarkedPictureProps extends LinkedMarks {
  /** Of the picture; none while it is being fetched. */
  url: string | undefined
  alt: string
  page: Page
  /** The browser cannot show it. */
  onError?: () => void
}

/** The page with a box on each digit. The drawing is laid out in page pixels, so it fits any size of image. */
export function MarkedPicture({ url, alt, page, onError, ...linked }: MarkedPictureProps) {
  const { group, markProps } = useRovingMarks<SVGSVGElement>(linked)
  const { width, height } = page
  return (
    <ZoomFrame width={width} height={height} selected={linked.selected}>
      {url ? (
        <img
          src={url}
          alt={alt}
          className={classes.image}
          data-tiny={Math.max(width, height) < 200}
          draggable={false}
          onError={onError}
        />
      ) : (
        <Skeleton height="100%" radius={0} />
      )}
      {page.unread.length > 0 && (
        <svg viewBox={`0 0 ${width} ${height}`} className={classes.unread} aria-hidden="true">
          {page.unread.map((box) => (
            <rect key={box.join()} {...placed(box, page)} vectorEffect="non-scaling-stroke" />
          ))}
        </svg>
      )}
      {linked.marks.length > 0 && (
        <svg
          ref={group}
          viewBox={`0 0 ${width} ${height}`}
          className={classes.boxes}
          role="group"
          aria-label={t`Digits on the picture`}
        >
          {linked.marks.map(({ index, digit }) => (
            <Box key={index} box={digit.box} page={page} props={markProps(index)} />
          ))}
        </svg>
      )}
    </ZoomFrame>
  )
}

interface BoxProps {
  box: readonly number[]
  page: Page
  props: ReturnType<ReturnType<typeof useRovingMarks>['markProps']>
}

function Box({ box, page, props }: BoxProps) {
  return (
    <rect
      {...props}
      {...placed(box, page)}
      role="button"
      vectorEffect="non-scaling-stroke"
      className={classes.box}
    />
  )
}

/** A box with a little space around it, so that it does not cover the ink. */
function placed([x = 0, y = 0, width = 0, height = 0]: readonly number[], page: Page) {
  const space = Math.max(page.width, page.height) * 0.006
  return {
    x: x - space,
    y: y - space,
    width: width + 2 * space,
    height: height + 2 * space,
    rx: space * 1.5,
  }
}
