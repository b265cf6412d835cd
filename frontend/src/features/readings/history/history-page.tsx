import { Button, Skeleton, Title } from '@mantine/core'
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query'
import { useCallback, useMemo, useState } from 'react'
import { useLocation, useSearchParams } from 'react-router'
import { errorText } from '@/api/error-text'
import type { ReadingSummary } from '@/api/types'
import { LinkButton } from '@/components/link-button'
import { MessagePage } from '@/components/message-page'
import { Notice } from '@/components/notice'
import { DeleteDialog } from '@/features/readings/delete-dialog'
import { DeleteManyDialog } from '@/features/readings/history/delete-many-dialog'
import { ExportMenu, ExportState } from '@/features/readings/history/export-menu'
import { readFilter, withField } from '@/features/readings/history/filter'
import { FilterBar } from '@/features/readings/history/filter-bar'
import { HistoryList } from '@/features/readings/history/history-list'
import classes from '@/features/readings/history/history-page.module.css'
import { historyQuery, useExport } from '@/features/readings/history/queries'
import { usePageTitle } from '@/lib/use-page-title'

const nobody: ReadonlySet<string> = new Set()

export function HistoryPage() {
  usePageTitle('History')
  const { state } = useLocation() as { state: { deleted?: string } | null }
  const [deleted, setDeleted] = useState(state?.deleted)
  const [condemned, setCondemned] = useState<ReadingSummary | null>(null)
  const [selected, setSelected] = useState(nobody)
  const [isDeletingMany, setIsDeletingMany] = useState(false)
  const [search, setSearch] = useSearchParams()
  const filter = readFilter(search)
  const isFiltered = Object.keys(filter).length > 0
  const running = useExport()
  const query = useInfiniteQuery({ ...historyQuery(filter), placeholderData: keepPreviousData })
  const { fetchNextPage } = query
  const readings = useMemo(() => query.data?.pages.flatMap(({ items }) => items), [query.data])
  const select = useCallback(
    (id: string, isSelected: boolean) => setSelected((known) => withOne(known, id, isSelected)),
    [],
  )
  const canLoadMore = query.hasNextPage && !query.isFetching && !query.isError

  if (readings?.length === 0 && !isFiltered && !query.hasNextPage && !query.isFetching) {
    return <EmptyHistory deleted={deleted} />
  }
  return (
    <div className={classes.page}>
      <div role="status">{deleted && <Notice kind="info">{deleted} was deleted.</Notice>}</div>
      <header className={classes.head}>
        <Title order={1}>Your readings</Title>
        <ExportMenu filter={filter} isFiltered={isFiltered} onExport={running.mutate} />
      </header>
      <ExportState running={running} />
      <FilterBar
        search={search}
        onChange={(field, value) => {
          setSearch((known) => withField(known, field, value), { replace: true })
          setSelected(nobody)
        }}
        onClear={() => setSearch({}, { replace: true })}
      />
      {query.isError && <Failure query={query} />}
      {query.isPending && <Loading />}
      {readings && (
        <>
          <SelectionBar
            readings={readings}
            hasMore={query.hasNextPage}
            selected={selected}
            onSelect={setSelected}
            onDelete={() => setIsDeletingMany(true)}
          />
          <HistoryList
            readings={readings}
            selected={selected}
            onSelect={select}
            onDelete={setCondemned}
            onMore={canLoadMore ? () => void fetchNextPage() : undefined}
          />
          {query.isFetchingNextPage && <Skeleton height={56} radius="md" />}
        </>
      )}
      <DeleteDialog
        reading={condemned}
        onClose={() => setCondemned(null)}
        onDeleted={() => {
          setDeleted(condemned?.file_name)
          setCondemned(null)
        }}
      />
      <DeleteManyDialog
        ids={[...selected]}
        opened={isDeletingMany}
        onClose={() => setIsDeletingMany(false)}
        onDeleted={(number) => {
          setDeleted(number === 1 ? '1 reading' : `Each of the ${number} readings`)
          setSelected(nobody)
          setIsDeletingMany(false)
        }}
      />
    </div>
  )
}

function withOne(known: ReadonlySet<string>, id: string, isSelected: boolean) {
  const next = new Set(known)
  if (isSelected) next.add(id)
  else next.delete(id)
  return next
}

interface SelectionBarProps {
  readings: readonly ReadingSummary[]
  hasMore: boolean
  selected: ReadonlySet<string>
  onSelect: (ids: ReadonlySet<string>) => void
  onDelete: () => void
}

/** How many are shown, and what can be done with those that are ticked. */
function SelectionBar({ readings, hasMore, selected, onSelect, onDelete }: SelectionBarProps) {
  const loaded = `${hasMore ? 'More than ' : ''}${readings.length.toLocaleString('en')}`
  return (
    <div className={classes.selection}>
      <p role="status">
        {selected.size > 0
          ? `${selected.size} selected`
          : readings.length === 0
            ? 'Nothing matches. Try another text, status or time.'
            : `${loaded} ${readings.length === 1 ? 'reading' : 'readings'}`}
      </p>
      {readings.length > 0 && selected.size < readings.length && (
        <Button
          variant="subtle"
          size="compact-md"
          onClick={() => onSelect(new Set(readings.map(({ id }) => id)))}
        >
          Select all {hasMore && 'loaded'}
        </Button>
      )}
      {selected.size > 0 && (
        <>
          <Button variant="subtle" size="compact-md" onClick={() => onSelect(nobody)}>
            Select none
          </Button>
          <Button
            variant="light"
            size="compact-md"
            color="var(--unreadable)"
            onClick={onDelete}
            className={classes.remove}
          >
            Delete selected
          </Button>
        </>
      )}
    </div>
  )
}

function Failure({
  query,
}: {
  query: { error: unknown; isFetching: boolean; refetch: () => unknown }
}) {
  return (
    <Notice
      kind="error"
      action={
        <Button
          size="compact-md"
          variant="default"
          loading={query.isFetching}
          onClick={() => void query.refetch()}
        >
          Try again
        </Button>
      }
    >
      {errorText(query.error)}
    </Notice>
  )
}

function EmptyHistory({ deleted }: { deleted: string | undefined }) {
  return (
    <>
      <div role="status">{deleted && <Notice kind="info">{deleted} was deleted.</Notice>}</div>
      <MessagePage
        title="Nothing read yet"
        digits={[1, 2, 3]}
        action={<LinkButton to="/read">Read a number</LinkButton>}
      >
        What you read is kept here, newest first.
      </MessagePage>
    </>
  )
}

function Loading() {
  return (
    <div role="status" aria-label="Loading your readings" className={classes.loading}>
      {[0, 1, 2, 3].map((row) => (
        <Skeleton key={row} height={56} radius="md" />
      ))}
    </div>
  )
}
