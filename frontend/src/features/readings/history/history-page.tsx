import { plural, t } from '@lingui/core/macro'
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
  usePageTitle(t`History`)
  const { state } = useLocation() as { state: { deleted?: string } | null }
  const [deleted, setDeleted] = useState(state?.deleted && t`${state.deleted} was deleted.`)
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
      <div role="status">{deleted && <Notice kind="info">{deleted}</Notice>}</div>
      <header className={classes.head}>
        <Title order={1}>{t`Your readings`}</Title>
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
          setDeleted(condemned ? t`${condemned.file_name} was deleted.` : undefined)
          setCondemned(null)
        }}
      />
      <DeleteManyDialog
        ids={[...selected]}
        opened={isDeletingMany}
        onClose={() => setIsDeletingMany(false)}
        onDeleted={(number) => {
          setDeleted(
            plural(number, {
              one: '# reading was deleted.',
              other: '# readings were deleted.',
            }),
          )
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
  const loaded = hasMore
    ? plural(readings.length, { one: 'More than # reading', other: 'More than # readings' })
    : plural(readings.length, { one: '# reading', other: '# readings' })
  return (
    <div className={classes.selection}>
      <p role="status">
        {selected.size > 0
          ? t`${selected.size} selected`
          : readings.length === 0
            ? t`Nothing matches. Try another text, status or time.`
            : loaded}
      </p>
      {readings.length > 0 && selected.size < readings.length && (
        <Button
          variant="subtle"
          size="compact-md"
          onClick={() => onSelect(new Set(readings.map(({ id }) => id)))}
        >
          {hasMore ? t`Select all loaded` : t`Select all`}
        </Button>
      )}
      {selected.size > 0 && (
        <>
          <Button variant="subtle" size="compact-md" onClick={() => onSelect(nobody)}>
            {t`Select none`}
          </Button>
          <Button
            variant="light"
            size="compact-md"
            color="var(--unreadable)"
            onClick={onDelete}
            className={classes.remove}
          >
            {t`Delete selected`}
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
          {t`Try again`}
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
      <div role="status">{deleted && <Notice kind="info">{deleted}</Notice>}</div>
      <MessagePage
        title={t`Nothing read yet`}
        digits={[1, 2, 3]}
        action={<LinkButton to="/read">{t`Read a number`}</LinkButton>}
      >
        {t`What you read is kept here, newest first.`}
      </MessagePage>
    </>
  )
}

function Loading() {
  return (
    <div role="status" aria-label={t`Loading your readings`} className={classes.loading}>
      {[0, 1, 2, 3].map((row) => (
        <Skeleton key={row} height={56} radius="md" />
      ))}
    </div>
  )
}
