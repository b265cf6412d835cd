import { t } from '@lingui/core/macro'
import { useEffect, useEffectEvent, useState } from 'react'
import { droppedFiles } from '@/lib/dropped-files'

/**
 * Takes files and folders dropped anywhere on the page, and files pasted into it.
 *
 * @returns whether a file is being dragged over the page.
 */
export function useIncomingFiles(onFiles: (files: File[]) => void): boolean {
  const [isDragging, setIsDragging] = useState(false)
  const hand = useEffectEvent((files: File[]) => {
    if (files.length > 0) onFiles(files)
  })
  const take = useEffectEvent((transfer: DataTransfer | null) => {
    if (!transfer || transfer.files.length === 0) return false
    void droppedFiles(transfer).then(hand)
    return true
  })

  useEffect(() => {
    const hasFiles = (event: DragEvent) => event.dataTransfer?.types.includes(t`Files`) ?? false
    const over = (event: DragEvent) => {
      if (!hasFiles(event)) return
      event.preventDefault()
      setIsDragging(true)
    }
    const leave = (event: DragEvent) => {
      if (event.relatedTarget === null) setIsDragging(false)
    }
    const drop = (event: DragEvent) => {
      if (!hasFiles(event)) return
      event.preventDefault()
      setIsDragging(false)
      take(event.dataTransfer)
    }
    const paste = (event: ClipboardEvent) => {
      if (take(event.clipboardData)) event.preventDefault()
    }
    const listening = new AbortController()
    const { signal } = listening
    window.addEventListener('dragover', over, { signal })
    window.addEventListener('dragleave', leave, { signal })
    window.addEventListener('drop', drop, { signal })
    window.addEventListener('paste', paste, { signal })
    return () => listening.abort()
  }, [])

  return isDragging
}
