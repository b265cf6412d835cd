import { t } from '@lingui/core/macro'
import { Skeleton } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { ApiError } from '@/api/api-error'
import { errorText } from '@/api/error-text'
import { NotFoundPage } from '@/app/not-found-page'
import { Failure } from '@/components/failure'
import { AdminFrame } from '@/features/admin/admin-frame'
import { gateQuery } from '@/features/admin/queries'

/** Asks the service whether this person is an admin. For everybody else there is no page here. */
export function RequireAdmin() {
  const gate = useQuery(gateQuery)
  if (gate.isSuccess) return <AdminFrame />
  if (gate.isPending) {
    return (
      <div role="status" aria-label={t`Loading`}>
        <Skeleton height={44} radius="md" />
      </div>
    )
  }
  const { error } = gate
  if (error instanceof ApiError && (error.status === 403 || error.status === 404)) {
    return <NotFoundPage />
  }
  return (
    <Failure isRetrying={gate.isFetching} onRetry={() => void gate.refetch()}>
      {errorText(error)}
    </Failure>
  )
}
