import { t } from '@lingui/core/macro'
import type { TryLimits } from '@/features/readings/trying/try'
import { ApiError } from '@/api/api-error'
import { formatFileSize } from '@/lib/format'

/** Enough for every digit of a photo; a phone's own size says no more. */
const SIDE_PX = 2400
const QUALITY = 0.92

/** How much smaller a picture is to be made, at most 1. */
export function shrinkTo(width: number, height: number, maxPixels: number): number {
  return Math.min(1, SIDE_PX / Math.max(width, height), Math.sqrt(maxPixels / (width * height)))
}

/**
 * The picture as it is where it is small enough; otherwise a smaller copy, made here.
 *
 * @throws ApiError `too_large_to_try` for one that is too large and that this browser cannot show.
 */
export async function fitPicture(file: File, limits: TryLimits): Promise<File> {
  if (file.size === 0) throw new ApiError(0, 'empty', t`This file is empty. Choose another one.`)
  const bitmap = await createImageBitmap(file).catch(() => null)
  const isLarge = file.size > limits.max_bytes
  if (!bitmap) {
    if (!isLarge) return file
    const size = formatFileSize(file.size)
    const most = formatFileSize(limits.max_bytes)
    throw new ApiError(
      413,
      // Its own, so that its sentence is shown in every language.
      'too_large_to_try',
      t`This file is ${size}; without an account files up to ${most} are read. Choose a smaller one, or create an account.`,
    )
  }
  const { width, height } = bitmap
  if (!isLarge && width * height <= limits.max_pixels) return file
  const share = shrinkTo(width, height, limits.max_pixels)
  const canvas = document.createElement('canvas')
  canvas.width = Math.round(width * share)
  canvas.height = Math.round(height * share)
  canvas.getContext('2d')?.drawImage(bitmap, 0, 0, canvas.width, canvas.height)
  bitmap.close()
  const blob = await new Promise<Blob | null>((resolve) => {
    canvas.toBlob(resolve, 'image/jpeg', QUALITY)
  })
  return blob ? new File([blob], file.name, { type: blob.type }) : file
}
