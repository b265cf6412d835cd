import { t } from '@lingui/core/macro'
import { Loader } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { Failure } from '@/components/failure'
import classes from '@/features/readings/capture/loaded.module.css'

interface LoadedProps<Part> {
  name: string
  load: () => Promise<Part>
  children: (part: Part) => ReactNode
}

/** Code that is fetched only when it is wanted. Where that fails the page stays as it is, and it can be tried again. */
export function Loaded<Part>({ name, load, children }: LoadedProps<Part>) {
  const { data, error, refetch, isFetching } = useQuery({
    queryKey: ['code', name],
    queryFn: load,
    staleTime: Infinity,
    structuralSharing: false,
  })

  if (data !== undefined) return children(data)
  if (error) {
    return (
      <Failure isRetrying={isFetching} onRetry={() => void refetch()}>
        {t`This part of the page could not be loaded. Check your connection, then try again.`}
      </Failure>
    )
  }
  return (
    <div role="status" aria-label={t`Loading`} className={classes.waiting}>
      <Loader type="dots" aria-hidden />
    </div>
  )
}
