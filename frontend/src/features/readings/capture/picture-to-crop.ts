import { queryOptions } from '@tanstack/react-query'
import type { Reading } from '@/api/types'
import { decodePicture } from '@/features/readings/capture/crop-picture'
import { fetchPage, fetchPicture } from '@/features/readings/queries'

/** What was sent, or, where a browser cannot show that (HEIC, TIFF, PDF), its page as the service draws it. */
export function pictureToCropQuery({ id, file_name }: Reading) {
  return queryOptions({
    queryKey: ['readings', 'one', id, 'to-crop'],
    queryFn: async () => {
      const sent = await fetchPicture(id)
      const shown = (await canShow(sent)) ? sent : await fetchPage(id, 1)
      return new File([shown], file_name, { type: shown.type })
    },
    staleTime: Infinity,
    gcTime: 0,
  })
}

async function canShow(file: Blob): Promise<boolean> {
  try {
    const picture = await decodePicture(file)
    picture.close()
    return true
  } catch {
    return false
  }
}
