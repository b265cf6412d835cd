import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef } from 'react'
import { useSession } from '@/api/session'
import { clearUploads } from '@/features/readings/uploads/upload-queue'

/** What one person was shown must not be there for the next, whichever page they left from. */
export function useForgetAfterLogOut() {
  const isAnonymous = useSession().status === 'anonymous'
  const wasAnonymous = useRef(true)
  const queryClient = useQueryClient()

  useEffect(() => {
    const hasLeft = isAnonymous && !wasAnonymous.current
    wasAnonymous.current = isAnonymous
    if (!hasLeft) return
    queryClient.clear()
    clearUploads()
  }, [isAnonymous, queryClient])
}
