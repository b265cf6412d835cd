import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import { ApiError, needsVerifiedEmail } from '@/api/api-error'
import { errorText } from '@/api/error-text'
import type { Reading, Symbols } from '@/api/types'
import { uploadPicture } from '@/api/upload'
import { checkFile } from '@/features/readings/check-file'
import { readingListQuery, readingQuery } from '@/features/readings/queries'

export type Upload =
  | { state: 'idle' }
  | { state: 'sending'; file: File; share: number }
  | { state: 'failed'; file: File; message: string; canRetry: boolean; needsEmail?: boolean }
  /** The pattern is to be written otherwise; then the same file can be sent. */
  | { state: 'badPattern'; file: File; message: string }

// The same file can be read later: nobody answered, the session had ended, or the service had trouble of its own.
const passingStatuses = [0, 401, 500, 502, 503, 504]

/** Sends one file at a time and keeps what was read where the result page looks for it. */
export function useUpload(symbols: Symbols, pattern: string, onRead: (reading: Reading) => void) {
  const queryClient = useQueryClient()
  const [upload, setUpload] = useState<Upload>({ state: 'idle' })
  const running = useRef<AbortController>(null)
  // Whoever has left the page, or logged out, is not to be pulled back by the answer.
  useEffect(() => () => running.current?.abort(), [])

  const { mutate } = useMutation({
    mutationFn: ({ file, signal }: { file: File; signal: AbortSignal }) =>
      uploadPicture(file, {
        symbols,
        pattern,
        signal,
        onProgress: (share) => {
          if (!signal.aborted) setUpload({ state: 'sending', file, share })
        },
      }),
    onSuccess: (reading, { signal }) => {
      // The answer can arrive just before the abort.
      if (signal.aborted) return
      queryClient.setQueryData(readingQuery(reading.id).queryKey, reading)
      void queryClient.invalidateQueries({ queryKey: readingListQuery.queryKey })
      onRead(reading)
    },
    onError: (error, { file, signal }) => {
      if (signal.aborted) return
      if (error instanceof ApiError && error.code === 'bad_pattern') {
        setUpload({ state: 'badPattern', file, message: error.message })
        return
      }
      const needsEmail = needsVerifiedEmail(error)
      const mayPass = error instanceof ApiError && passingStatuses.includes(error.status)
      const canRetry = mayPass || needsEmail
      setUpload({ state: 'failed', file, message: errorText(error), canRetry, needsEmail })
    },
  })

  function send(file: File) {
    running.current?.abort()
    const isRetry = upload.state === 'failed' && upload.file === file
    const refusal = isRetry ? null : checkFile(file)
    if (refusal !== null) {
      setUpload({ state: 'failed', file, message: refusal, canRetry: file.size > 0 })
      return
    }
    const { signal } = (running.current = new AbortController())
    setUpload({ state: 'sending', file, share: 0 })
    mutate({ file, signal })
  }

  function cancel() {
    running.current?.abort()
    setUpload({ state: 'idle' })
  }

  return { upload, send, cancel }
}
