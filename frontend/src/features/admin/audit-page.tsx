import { plural, t } from '@lingui/core/macro'
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { useSearchParams } from 'react-router'
import { errorText } from '@/api/error-text'
import { Failure } from '@/components/failure'
import { PageHead } from '@/components/page-head'
import { readFilter } from '@/features/admin/audit-filter'
import { AuditFilters } from '@/features/admin/audit-filters'
import { AuditRow } from '@/features/admin/audit-row'
import rows from '@/features/admin/audit-row.module.css'
import { More } from '@/features/admin/more'
import classes from '@/features/admin/pages.module.css'
import { auditQuery } from '@/features/admin/queries'
import { Loading } from '@/features/admin/users-page'
import { usePageTitle } from '@/lib/use-page-title'

export function AuditPage() {
  usePageTitle(t`Audit log`)
  const [search, setSearch] = useSearchParams()
  const filter = readFilter(search)
  const query = useInfiniteQuery({ ...auditQuery(filter), placeholderData: keepPreviousData })
  const { data, fetchNextPage } = query
  const events = data?.pages.flatMap(({ items }) => items)
  const people = useMemo(
    () =>
      new Map(
        data?.pages.flatMap((part) => part.people).map((person) => [person.id, person] as const),
      ),
    [data],
  )

  return (
    <div className={classes.page}>
      <PageHead title={t`Audit log`}>
        {t`What happened to accounts and keys, newest first. Nobody can change it or take anything out.`}
      </PageHead>
      <AuditFilters
        filter={filter}
        onChange={(field, value) =>
          setSearch(
            (known) => {
              const next = new URLSearchParams(known)
              if (value) next.set(field, value)
              else next.delete(field)
              return next
            },
            { replace: true },
          )
        }
        onClear={() => setSearch({}, { replace: true })}
      />
      {query.isError && (
        <Failure isRetrying={query.isFetching} onRetry={() => void query.refetch()}>
          {errorText(query.error)}
        </Failure>
      )}
      {query.isPending && <Loading label={t`Loading the audit log`} />}
      {events && (
        <>
          <p role="status" className={classes.count}>
            {countWords(events.length, query.hasNextPage)}
          </p>
          {events.length > 0 && (
            <ol className={rows.list} aria-label={t`Events`}>
              {events.map((event) => (
                <AuditRow key={event.id} event={event} people={people} />
              ))}
            </ol>
          )}
          <More
            isLoading={query.isFetchingNextPage}
            onMore={
              query.hasNextPage && !query.isError && !query.isPlaceholderData
                ? () => void fetchNextPage()
                : undefined
            }
          />
        </>
      )}
    </div>
  )
}

function countWords(count: number, hasMore: boolean): string {
  if (count === 0) return t`Nothing of this kind happened. Try another kind, person or time.`
  if (hasMore) {
    return plural(count, { one: 'More than # event', other: 'More than # events' })
  }
  return plural(count, { one: '# event', other: '# events' })
}
