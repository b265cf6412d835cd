import { ActionIcon, Button, Skeleton, Title } from '@mantine/core'
import { useInfiniteQuery } from '@tanstack/react-query'
import { IconTrash } from '@tabler/icons-react'
import { useState } from 'react'
import { useLocation } from 'react-router'
import { errorText } from '@/api/error-text'
import type { ReadingSummary } from '@/api/types'
import { LinkButton } from '@/components/link-button'
import { MessagePage } from '@/components/message-page'
import { Notice } from '@/components/notice'
import { DeleteDialog } from '@/features/readings/delete-dialog'
import classes from '@/features/readings/history-page.module.css'
import { readingListQuery } from '@/features/readings/queries'
import { ReadingRow } from '@/features/readings/reading-row'
import { usePageTitle } from '@/lib/use-page-title'

export function HistoryPage() {
  usePageTitle('History')
  const { state } = useLocation() as { state: { deleted?: string } | null }
  const [deleted, setDeleted] = useState(state?.deleted)
  const [condemned, setCondemned] = useState<ReadingSummary | null>(null)
  const query = useInfiniteQuery(readingListQuery)
  const readings = query.data?.pages.flatMap(({ items }) => items)

  return (
    <div className={classes.page}>
      <div role="status">{deleted && <Notice kind="info">{deleted} was deleted.</Notice>}</div>
      {readings?.length === 0 ? (
        <EmptyHistory />
      ) : (
        <>
          <Title order={1} className={classes.title}>
            Your readings
          </Title>
          {query.isError && (
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
          )}
          {query.isPending && <Loading />}
          <ul className={classes.list}>
            {readings?.map((reading) => (
              <ReadingRow
                key={reading.id}
                reading={reading}
                action={
                  <ActionIcon
                    variant="subtle"
                    color="gray"
                    size="lg"
                    radius="xl"
                    aria-label={`Delete ${reading.file_name}`}
                    onClick={() => setCondemned(reading)}
                  >
                    <IconTrash size={20} color="var(--ink-soft)" aria-hidden />
                  </ActionIcon>
                }
              />
            ))}
          </ul>
          {query.hasNextPage && (
            <Button
              variant="default"
              className={classes.more}
              loading={query.isFetchingNextPage}
              onClick={() => void query.fetchNextPage()}
            >
              Load more
            </Button>
          )}
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
    </div>
  )
}

function EmptyHistory() {
  return (
    <MessagePage
      title="Nothing read yet"
      digits={[1, 2, 3]}
      action={<LinkButton to="/read">Read a number</LinkButton>}
    >
      What you read is kept here, newest first.
    </MessagePage>
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
