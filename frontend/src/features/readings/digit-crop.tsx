import { useQuery } from '@tanstack/react-query'
import type { Page } from '@/api/types'
import classes from '@/features/readings/digit-crop.module.css'
import { pageImageQuery } from '@/features/readings/queries'
import { useObjectUrl } from '@/lib/use-object-url'

interface CropProps {
  page: Page
  box: readonly number[]
}

interface DigitCropProps extends CropProps {
  readingId: string
  pageNumber: number
}

/** The digit cut out of its page, to compare with what was read. */
export function DigitCrop({ readingId, pageNumber, ...crop }: DigitCropProps) {
  const { data: image } = useQuery(pageImageQuery(readingId, pageNumber))
  return <Crop url={useObjectUrl(image)} {...crop} />
}

/** A digit cut out of a picture that is there already. */
export function Crop({ url, page, box }: CropProps & { url: string | undefined }) {
  const [x = 0, y = 0, width = 0, height = 0] = box
  const side = Math.max(width, height) * 1.25

  return (
    <svg
      viewBox={`${x + width / 2 - side / 2} ${y + height / 2 - side / 2} ${side} ${side}`}
      className={classes.crop}
      aria-hidden
    >
      {url && (
        <image href={url} width={page.width} height={page.height} preserveAspectRatio="none" />
      )}
    </svg>
  )
}
