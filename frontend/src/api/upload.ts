import { ApiError, toApiError, unreachable } from '@/api/api-error'
import { endSessionOf } from '@/api/client'
import type { paths } from '@/api/schema'
import { getSession } from '@/api/session'
import type { Reading, Symbols } from '@/api/types'

const path = '/api/v1/readings' satisfies keyof paths

export interface UploadOptions {
  symbols: Symbols
  signal: AbortSignal
  /** From 0 to 1: the share of the file that has left. */
  onProgress: (share: number) => void
}

/** Sends a file to be read. XMLHttpRequest, because fetch does not tell how much of a body has left. */
export function uploadPicture(
  file: File,
  { symbols, signal, onProgress }: UploadOptions,
): Promise<Reading> {
  const form = new FormData()
  form.append('file', file)
  form.append('symbols', symbols)
  const session = getSession()
  const authorization = session.status === 'anonymous' ? null : `Bearer ${session.accessToken}`

  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest()
    request.open('POST', new URL(path, window.location.origin))
    if (authorization) request.setRequestHeader('Authorization', authorization)
    request.upload.onprogress = ({ loaded, total }) => onProgress(total ? loaded / total : 0)
    request.onload = () => {
      const body = parse(request.responseText)
      if (request.status === 201) {
        resolve(body as Reading)
        return
      }
      if (request.status === 401) endSessionOf(authorization)
      reject(toApiError(request.status, body))
    }
    request.onerror = () => reject(unreachable())
    request.onabort = () => reject(new ApiError(0, 'cancelled', 'The upload was cancelled.'))
    signal.addEventListener('abort', () => request.abort())
    request.send(form)
  })
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
