import { t } from '@lingui/core/macro'
import { Skeleton } from '@mantine/core'
import { lazy, Suspense } from 'react'
import type { Reading } from '@/api/types'
import { Disclosure } from '@/features/readings/disclosure'

const Requests = lazy(() =>
  import('@/features/readings/developers/requests').then((module) => ({
    default: module.Requests,
  })),
)

/** The same reading for a program. Its code is only fetched by who opens it. */
export function DeveloperPanel({ reading }: { reading: Reading }) {
  return (
    <Disclosure title={t`For developers`}>
      {() => (
        <Suspense
          fallback={
            <div role="status" aria-busy aria-label={t`Loading the requests`}>
              <Skeleton height={220} radius="lg" />
            </div>
          }
        >
          <Requests reading={reading} />
        </Suspense>
      )}
    </Disclosure>
  )
}
