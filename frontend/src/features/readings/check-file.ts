import { msg, t } from '@lingui/core/macro'
import { formatFileSize } from '@/lib/format'

/**
 * The service's default LEGIBLE_MAX_UPLOAD_BYTES. The limit in force is not told to the page, so this is a hint that
 * saves sending a large file in vain: trying again sends it, and the service decides.
 */
export const MAX_BYTES = 25 * 1024 * 1024
export const FORMATS = msg`JPEG, PNG, WebP, GIF, BMP, TIFF, AVIF, HEIC or PDF`
/** Offered by the file chooser; what a file really is, the service decides by its content. */
export const ACCEPT = 'image/*,.heic,.heif,.avif,.tif,.tiff,application/pdf,.pdf'

/** Why a file had better not be sent, or null. */
export function checkFile(file: File): string | null {
  if (file.size === 0) return t`This file is empty. Choose another one.`
  if (file.size > MAX_BYTES) {
    const size = formatFileSize(file.size)
    const most = formatFileSize(MAX_BYTES)
    return t`This file is ${size}; files up to ${most} can be read, unless this service is set to take more. Choose a smaller one, or save it with less detail.`
  }
  return null
}
