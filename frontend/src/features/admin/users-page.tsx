import { plural, t } from '@lingui/core/macro'
import { Trans } from '@lingui/react/macro'
import { Skeleton, TextInput } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { IconSearch } from '@tabler/icons-react'
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { errorText } from '@/api/error-text'
import type { AdminUser } from '@/api/types'
import { Failure } from '@/components/failure'
import { Notice } from '@/components/notice'
import { PageHead } from '@/components/page-head'
import { FreezeDialog } from '@/features/admin/freeze-dialog'
import { More } from '@/features/admin/more'
import classes from '@/features/admin/pages.module.css'
import { usersQuery } from '@/features/admin/queries'
import { UserRow } from '@/features/admin/user-row'
import { usePageTitle } from '@/lib/use-page-title'

export function UsersPage() {
  usePageTitle(t`Accounts`)
  const [text, setText] = useState('')
  const [search] = useDebouncedValue(text.trim(), 250)
  const [chosen, setChosen] = useState<AdminUser | null>(null)
  const [news, setNews] = useState('')
  const query = useInfiniteQuery({ ...usersQuery(search), placeholderData: keepPreviousData })
  const users = query.data?.pages.flatMap(({ items }) => items)
  const { fetchNextPage } = query

  return (
    <div className={classes.page}>
      <PageHead title={t`Accounts`}>
        <Trans>
          Who has an account here, newest first. Pictures and texts stay with their owners: you see
          none of them here. Roles and plans are changed on the server, with{' '}
          <code>legible admin</code> and <code>legible plan</code>.
        </Trans>
      </PageHead>
      <div role="status">{news && <Notice kind="info">{news}</Notice>}</div>
      <search>
        <TextInput
          label={t`Name or e-mail contains`}
          leftSection={<IconSearch size={18} aria-hidden />}
          autoComplete="off"
          maxLength={254}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
        />
      </search>
      {query.isError && (
        <Failure isRetrying={query.isFetching} onRetry={() => void query.refetch()}>
          {errorText(query.error)}
        </Failure>
      )}
      {query.isPending && <Loading label={t`Loading the accounts`} />}
      {users && (
        <>
          <p role="status" className={classes.count}>
            {countWords(users.length, query.hasNextPage)}
          </p>
          {users.length > 0 && (
            <ul className={classes.list} aria-label={t`Accounts`}>
              {users.map((user) => (
                <UserRow key={user.id} user={user} onFreeze={() => setChosen(user)} />
              ))}
            </ul>
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
      <FreezeDialog
        user={chosen}
        onClose={() => setChosen(null)}
        onDone={({ email, frozen_at }) => {
          setChosen(null)
          setNews(
            frozen_at === null
              ? t`The account of ${email} can be used again.`
              : t`The account of ${email} is frozen.`,
          )
        }}
      />
    </div>
  )
}

function countWords(count: number, hasMore: boolean): string {
  if (count === 0) return t`No account matches. Try another part of the name or the address.`
  if (hasMore) {
    return plural(count, { one: 'More than # account', other: 'More than # accounts' })
  }
  return plural(count, { one: '# account', other: '# accounts' })
}

export function Loading({ label }: { label: string }) {
  return (
    <div role="status" aria-label={label} className={classes.page}>
      {[0, 1, 2, 3].map((row) => (
        <Skeleton key={row} height={88} radius="lg" />
      ))}
    </div>
  )
}
