import { t } from '@lingui/core/macro'
import { Trans } from '@lingui/react/macro'
import { Button, Skeleton } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { IconKey, IconPlus } from '@tabler/icons-react'
import { useRef, useState } from 'react'
import { errorText } from '@/api/error-text'
import type { ApiKey } from '@/api/types'
import { ConfirmDialog } from '@/components/confirm-dialog'
import { Failure } from '@/components/failure'
import { Notice } from '@/components/notice'
import { PageHead } from '@/components/page-head'
import { KeyList } from '@/features/keys/key-list'
import classes from '@/features/keys/keys-page.module.css'
import { NewKeyDialog } from '@/features/keys/new-key-dialog'
import { keysQuery, useRevokeKey } from '@/features/keys/queries'
import { RenameDialog } from '@/features/keys/rename-dialog'
import { MAX_KEYS } from '@/features/keys/words'
import { usePageTitle } from '@/lib/use-page-title'

export function KeysPage() {
  usePageTitle(t`API keys`)
  const { data: keys, error, isFetching, refetch } = useQuery(keysQuery)
  const revoke = useRevokeKey()
  const [isMaking, setIsMaking] = useState(false)
  const [renamed, setRenamed] = useState<ApiKey | null>(null)
  const [condemned, setCondemned] = useState<ApiKey | null>(null)
  const [revoked, setRevoked] = useState<string>()
  const title = useRef<HTMLHeadingElement>(null)
  const isGone = useRef(false)
  const isFull = keys !== undefined && keys.length >= MAX_KEYS

  function close() {
    setCondemned(null)
    revoke.reset()
  }

  return (
    <div className={classes.page}>
      <PageHead
        title={t`API keys`}
        ref={title}
        action={
          keys &&
          keys.length > 0 && (
            <Button
              leftSection={<IconPlus size={18} aria-hidden />}
              disabled={isFull}
              onClick={() => setIsMaking(true)}
            >
              {t`New key`}
            </Button>
          )
        }
      >
        <Trans>
          With a key, a program uses Legible as you: a scanner, a script, another service.{' '}
          <a href="/docs">How the API works</a>
        </Trans>
      </PageHead>
      <div role="status">
        {revoked !== undefined && (
          <Notice kind="info">
            <Trans>{revoked} is revoked. Whoever uses it is refused from now on.</Trans>
          </Notice>
        )}
      </div>
      {error && (
        <Failure isRetrying={isFetching} onRetry={() => void refetch()}>
          {errorText(error)}
        </Failure>
      )}
      {!keys && !error && (
        <div role="status" aria-label={t`Loading your keys`} className={classes.page}>
          <Skeleton height={124} radius="lg" />
          <Skeleton height={124} radius="lg" />
        </div>
      )}
      {isFull && (
        <Notice kind="info">
          <Trans>
            You have {MAX_KEYS} keys, which is the most an account may have. To make another, revoke
            one that is no longer used; expired ones count too.
          </Trans>
        </Notice>
      )}
      {keys?.length === 0 && <NoKeys onNew={() => setIsMaking(true)} />}
      {keys && keys.length > 0 && (
        <>
          <KeyList keys={keys} onRename={setRenamed} onRevoke={setCondemned} />
          <p className={classes.count}>
            <Trans>
              {keys.length} of {MAX_KEYS} keys
            </Trans>
          </p>
        </>
      )}
      <NewKeyDialog opened={isMaking} onClose={() => setIsMaking(false)} />
      <RenameDialog apiKey={renamed} onClose={() => setRenamed(null)} />
      <ConfirmDialog
        opened={condemned !== null}
        title={t`Revoke this key?`}
        yes={t`Revoke`}
        no={t`Keep it`}
        isRunning={revoke.isPending}
        problem={revoke.isError ? errorText(revoke.error) : undefined}
        onClose={close}
        onClosed={() => {
          // The button that led here is gone with its key.
          if (isGone.current) title.current?.focus()
          isGone.current = false
        }}
        onYes={() => {
          if (!condemned) return
          revoke.mutate(condemned.id, {
            onSuccess: () => {
              setRevoked(condemned.name)
              isGone.current = true
              close()
            },
          })
        }}
      >
        <Trans>
          Programs that use <strong>{condemned?.name}</strong> ({condemned?.prefix}…) are refused at
          once. It cannot be made good again; what was read with it stays.
        </Trans>
      </ConfirmDialog>
    </div>
  )
}

function NoKeys({ onNew }: { onNew: () => void }) {
  return (
    <div className={classes.empty}>
      <span className={classes.drawing}>
        <IconKey size={34} stroke={1.6} aria-hidden />
      </span>
      <h2 className={classes.emptyTitle}>{t`No keys yet`}</h2>
      <p>
        <Trans>
          A key lets a program send pictures and fetch what was read, without your password. Make
          one for each program, so that you see which one is used, and can revoke it alone.
        </Trans>
      </p>
      <Button size="md" leftSection={<IconPlus size={18} aria-hidden />} onClick={onNew}>
        {t`Make your first key`}
      </Button>
    </div>
  )
}
