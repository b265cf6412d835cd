import { authorized } from '@/api/access'
import { ApiError, toApiError, unreachable } from '@/api/api-error'
import { noteSilence } from '@/api/reachability'
import type { paths } from '@/api/schema'
import type { Reading, Symbols } from '@/api/types'

const path = '/api/v1/readings' satisfies keyof paths

export interface UploadOptions {
  symbols: Symbols
  /** What the text must look like: a field by its name, or an expression; empty for anything. */
  pattern?: string
  signal: AbortSignal
  /** From 0 to 1: the share of the file that has left. */
  onProgress: (share: number) => void
}

/** Sends a file to be read; once more if the access token has run out. */
export async function uploadPicture(
  file: File,
  { symbols, pattern, signal, onProgress }: UploadOptions,
): Promise<Reading> {
  const form = new FormData()
  form.append('file', file)
  form.append('symbols', symbols)
  if (pattern) form.append('pattern', pattern)
  const { status, body } = await authorized((authorization) =>
    post(form, { authorization, signal, onProgress }),
  )
  if (status !== 201) throw toApiError(status, body)
  return body as Reading
}

interface PostOptions extends Omit<UploadOptions, 'symbols' | 'pattern'> {
  authorization: string | null
}

/** XMLHttpRequest, because fetch does not tell how much of a body has left. */
function post(
  form: FormData,
  { authorization, signal, onProgress }: PostOptions,
): Promise<{ status: number; body: unknown }> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest()
    const cancelled = () => reject(new ApiError(0, 'cancelled', 'The upload was cancelled.'))
    if (signal.aborted) {
      cancelled()
      return
    }
    request.open('POST', new URL(path, window.location.origin))
    if (authorization) request.setRequestHeader('Authorization', authorization)
    request.upload.onprogress = ({ loaded, total }) => onProgress(total ? loaded / total : 0)
    request.onload = () => resolve({ status: request.status, body: parse(request.responseText) })
    request.onerror = () => {
      noteSilence()
      reject(unreachable())
    }
    request.onabort = cancelled
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
