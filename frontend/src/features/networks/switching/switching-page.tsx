import { t } from '@lingui/core/macro'
import { Skeleton } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { errorText } from '@/api/error-text'
import { Failure } from '@/components/failure'
import { Notice } from '@/components/notice'
import { PageHead } from '@/components/page-head'
import { ActDialog } from '@/features/networks/switching/act-dialog'
import { ActivationList } from '@/features/networks/switching/activation-list'
import { ChallengerPanel } from '@/features/networks/switching/challenger-panel'
import { LivePanel } from '@/features/networks/switching/live-panel'
import { NetworkPanel } from '@/features/networks/switching/network-panel'
import { switchingQuery, type Act } from '@/features/networks/switching/queries'
import classes from '@/features/networks/switching/switching.module.css'
import { usePageTitle } from '@/lib/use-page-title'

/** Which versions read, which one is on trial, and how often people correct them. For admins. */
export function SwitchingPage() {
  usePageTitle(t`Networks`)
  const [act, setAct] = useState<Act | null>(null)
  const [news, setNews] = useState('')
  const { data, error, isError, isPending, isFetching, refetch } = useQuery(switchingQuery)

  return (
    <div className={classes.page}>
      <PageHead title={t`Networks`}>
        {t`Which versions read here. All servers follow a switch within seconds; no request fails meanwhile, and every reading tells which versions read it.`}
      </PageHead>
      <div role="status">{news && <Notice kind="info">{news}</Notice>}</div>
      {isError && (
        <Failure isRetrying={isFetching} onRetry={() => void refetch()}>
          {errorText(error)}
        </Failure>
      )}
      {isPending && <Loading />}
      {data && (
        <>
          {data.items.map((network) => (
            <NetworkPanel
              key={network.name}
              network={network}
              challenger={data.challenger}
              onAct={setAct}
            />
          ))}
          <ChallengerPanel
            challenger={data.challenger}
            refused={data.challenger_refused}
            onAct={setAct}
          />
          <LivePanel networks={data.items} />
          <ActivationList activations={data.activations} />
        </>
      )}
      <ActDialog
        act={act}
        onClose={() => setAct(null)}
        onDone={(words) => {
          setAct(null)
          setNews(words)
        }}
      />
    </div>
  )
}

function Loading() {
  return (
    <div role="status" aria-label={t`Loading the networks`} className={classes.page}>
      <Skeleton height={180} radius="lg" />
      <Skeleton height={180} radius="lg" />
    </div>
  )
}
