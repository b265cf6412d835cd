import { Button, Skeleton } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import type { Page } from '@/api/types'
import { errorText } from '@/api/error-text'
import { Notice } from '@/components/notice'
import type { LinkedMarks } from '@/features/readings/linked-marks'
import classes from '@/features/readings/page-picture.module.css'
import { pageImageQuery } from '@/features/readings/queries'
import { useRovingMarks } from '@/features/readings/use-roving-marks'
import { useObjectUrl } from '@/lib/use-object-url'

interface PagePictureProps extends LinkedMarks {
  readingId: string
  number: number
  page: Page
}

/** The page with a box on each digit. The drawing is laid out in page pixels, so it fits any size of image. */
export function PagePicture({ readingId, number, page, ...linked }: PagePictureProps) {
  const { data: image, error, refetch } = useQuery(pageImageQuery(readingId, number))
  const url = useObjectUrl(image)
  const { group, markProps } = useRovingMarks<SVGSVGElement>(linked)
  const { width, height } = page

  if (error) {
    return (
      <Notice
        kind="error"
        action={
          <Button size="compact-md" variant="default" onClick={() => void refetch()}>
            Try again
          </Button>
        }
      >
        The picture could not be loaded. {errorText(error)}
      </Notice>
    )
  }
  return (
    <div
      className={classes.frame}
      style={{ aspectRatio: `${width} / ${height}`, maxWidth: `calc(72vh * ${width / height})` }}
    >
      {url ? (
        <img
          src={url}
          alt={`Page ${number} as it was sent`}
          className={classes.image}
          data-tiny={Math.max(width, height) < 200}
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
          aria-label="Digits on the picture"
        >
          {linked.marks.map(({ index, digit }) => (
            <Box key={index} box={digit.box} page={page} props={markProps(index)} />
          ))}
        </svg>
      )}
    </div>
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
