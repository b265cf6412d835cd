import { t } from '@lingui/core/macro'
import { queryOptions } from '@tanstack/react-query'
import { ApiError } from '@/api/api-error'
import { client, unwrap } from '@/api/client'
import { errorText } from '@/api/error-text'
import type { Trial, TriedReading } from '@/api/types'

/** Whether this service reads a picture without an account, and how large it may be. */
export const trialQuery = queryOptions({
  queryKey: ['trial'] as const,
  queryFn: ({ signal }) => unwrap(client.GET('/api/v1/try', { signal })),
  staleTime: 300_000,
})

/** Has a picture read, and with it what the model saw, which also shows what a browser cannot. */
export async function tryPicture(file: File, signal: AbortSignal): Promise<TriedReading> {
  return unwrap(
    client.POST('/api/v1/try', {
      params: { query: { detail: 'stages' } },
      // The schema has a file as text; it leaves as one part of a form.
      body: { file: '', symbols: 'digits' },
      bodySerializer: () => {
        const form = new FormData()
        form.append('file', file)
        return form
      },
      signal,
    }),
  )
}

/** What a visitor can do about it, in words. */
export function tryErrorText(error: unknown): string {
  if (error instanceof ApiError && error.code === 'too_many_requests') {
    return t`You have tried as many pictures as one can without an account just now. Create an account to go on, or come back later.`
  }
  return errorText(error)
}

export function isSpent(error: unknown): boolean {
  return error instanceof ApiError && error.code === 'too_many_requests'
}

/** The part of what the service says of itself that a picture must keep to. */
export type TryLimits = Pick<Trial, 'max_bytes' | 'max_pixels'>
