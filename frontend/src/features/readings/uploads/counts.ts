import { t } from '@lingui/core/macro'
import type { QueuedFile } from '@/features/readings/uploads/upload-queue'

/** How far a queue is. */
export function countUploads(items: readonly QueuedFile[]) {
  const number = (...states: QueuedFile['state'][]) =>
    items.filter(({ state }) => states.includes(state)).length
  const read = number('read')
  const failed = number('failed')
  const cancelled = number('cancelled')
  const finished = read + failed + cancelled
  const sending = items.filter(({ state }) => state === 'sending')
  const share = finished + sending.reduce((sum, item) => sum + item.share * 0.9, 0)
  const retryable = items.filter(({ state, canRetry }) => state === 'failed' && canRetry).length
  const doubtful = items.filter(
    ({ reading }) => reading?.status === 'review' || reading?.status === 'unreadable',
  ).length
  return { read, failed, cancelled, retryable, doubtful, share: share / Math.max(items.length, 1) }
}

export function uploadsSentence(items: readonly QueuedFile[]): string {
  const { read, failed, cancelled } = countUploads(items)
  const parts = [t`${read} of ${items.length} read`]
  if (failed > 0) parts.push(t`${failed} failed`)
  if (cancelled > 0) parts.push(t`${cancelled} cancelled`)
  return parts.join(', ')
}
