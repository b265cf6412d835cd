import { infiniteQueryOptions, useMutation } from '@tanstack/react-query'
import { useRef, useState } from 'react'
import { client, unwrap } from '@/api/client'
import type { HistoryFilter } from '@/features/readings/history/filter'
import { useForgetReading } from '@/features/readings/queries'
import { saveFile } from '@/lib/save-file'

const PART_SIZE = 100
const DELETES_AT_ONCE = 4

export function historyQuery(filter: HistoryFilter) {
  return infiniteQueryOptions({
    queryKey: ['readings', 'list', 'history', filter] as const,
    queryFn: ({ pageParam, signal }) =>
      unwrap(
        client.GET('/api/v1/readings', {
          params: {
            query: {
              ...filter,
              status: filter.status ? [filter.status] : undefined,
              limit: PART_SIZE,
              ...(pageParam && { cursor: pageParam }),
            },
          },
          signal,
        }),
      ),
    initialPageParam: '',
    getNextPageParam: (part) => part.next_cursor,
    // All parts that were loaded would be asked for again.
    staleTime: 5 * 60_000,
    refetchOnWindowFocus: false,
  })
}

/** Deletes several, a few at once, and tells how far it is. What fails stays. */
export function useDeleteMany() {
  const [done, setDone] = useState(0)
  const forget = useForgetReading()
  const mutation = useMutation({
    mutationFn: async (ids: readonly string[]) => {
      setDone(0)
      const waiting = [...ids]
      const failures: unknown[] = []
      const work = async () => {
        for (let id = waiting.shift(); id !== undefined; id = waiting.shift()) {
          try {
            await unwrap(
              client.DELETE('/api/v1/readings/{reading_id}', {
                params: { path: { reading_id: id } },
              }),
            )
            forget(id)
          } catch (error) {
            failures.push(error)
          }
          setDone((count) => count + 1)
        }
      }
      await Promise.all(Array.from({ length: DELETES_AT_ONCE }, work))
      if (failures.length > 0) throw failures[0]
    },
  })
  return { ...mutation, done }
}

export type ExportFormat = 'csv' | 'jsonl' | 'xlsx'

/** Fetches an export piece by piece, so that it can be told how much has come, and hands it over. */
export function useExport() {
  const [bytes, setBytes] = useState(0)
  const running = useRef<AbortController>(null)
  const mutation = useMutation({
    mutationFn: async ({ format, filter }: { format: ExportFormat; filter: HistoryFilter }) => {
      const { signal } = (running.current = new AbortController())
      setBytes(0)
      const stream = await unwrap(
        client.GET('/api/v1/readings/export', {
          params: {
            query: { ...filter, status: filter.status ? [filter.status] : undefined, format },
          },
          parseAs: 'stream',
          signal,
        }),
      )
      if (!stream) throw new Error('the export has no body')
      const chunks: BlobPart[] = []
      const reader = stream.getReader()
      for (let part = await reader.read(); !part.done; part = await reader.read()) {
        chunks.push(part.value)
        setBytes((count) => count + part.value.length)
      }
      saveFile(
        new Blob(chunks),
        `legible-readings-${new Date().toISOString().slice(0, 10)}.${format}`,
      )
    },
  })
  function cancel() {
    running.current?.abort()
    mutation.reset()
  }
  return { ...mutation, bytes, cancel }
}
