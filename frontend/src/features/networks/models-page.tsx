import { t } from '@lingui/core/macro'
import { Select, Skeleton } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useParams } from 'react-router'
import { ApiError } from '@/api/api-error'
import { errorText } from '@/api/error-text'
import type { Network } from '@/api/types'
import { Failure } from '@/components/failure'
import { LinkButton } from '@/components/link-button'
import { MessagePage } from '@/components/message-page'
import { PageHead } from '@/components/page-head'
import classes from '@/features/networks/models-page.module.css'
import { networksQuery, versionQuery } from '@/features/networks/queries'
import { VersionView } from '@/features/networks/version-view'
import { networkName, wordsOfNetwork } from '@/features/networks/words'
import { usePageTitle } from '@/lib/use-page-title'

export function ModelsPage() {
  usePageTitle(t`Models`)
  const { name, version } = useParams()
  const networks = useQuery(networksQuery)
  const network = networks.data?.find((one) => name === undefined || one.name === name)

  if (networks.data?.length === 0) {
    return <MessagePage title={t`No networks here`}>{t`This service has loaded none.`}</MessagePage>
  }
  if (networks.data && !network) return <UnknownVersion />
  return (
    <div className={classes.page}>
      <PageHead title={t`Models`}>
        {t`Two networks read your numbers together. Here is what each was made for, and how often it was right on pictures it had not learned from.`}
      </PageHead>
      {networks.isError && (
        <Failure isRetrying={networks.isFetching} onRetry={() => void networks.refetch()}>
          {errorText(networks.error)}
        </Failure>
      )}
      {networks.isPending && <Loading />}
      {networks.data && network && (
        <>
          <nav aria-label={t`Networks`} className={classes.networks}>
            {networks.data.map((one) => (
              <Link
                key={one.name}
                to={`/models/${one.name}`}
                aria-current={one === network ? 'page' : undefined}
              >
                {networkName(one.name)}
              </Link>
            ))}
          </nav>
          <VersionChoice network={network} version={version ?? network.served} />
          <Version name={network.name} version={version ?? network.served} />
        </>
      )}
    </div>
  )
}

function VersionChoice({ network, version }: { network: Network; version: string }) {
  const navigate = useNavigate()
  const versions = network.versions.includes(version)
    ? network.versions
    : [version, ...network.versions]
  return (
    <div className={classes.choice}>
      <p>{wordsOfNetwork(network.name)}</p>
      <Select
        label={t`Version`}
        size="md"
        allowDeselect={false}
        data={versions.map((name) => ({
          value: name,
          label: name === network.served ? t`${name} (reads now)` : name,
        }))}
        value={version}
        onChange={(chosen) => chosen && void navigate(`/models/${network.name}/${chosen}`)}
      />
    </div>
  )
}

function Version({ name, version }: { name: string; version: string }) {
  const query = useQuery(versionQuery(name, version))
  if (query.data) return <VersionView network={query.data} />
  if (query.isPending) return <Loading />
  if (query.error instanceof ApiError && query.error.status === 404) return <UnknownVersion />
  return (
    <Failure isRetrying={query.isFetching} onRetry={() => void query.refetch()}>
      {errorText(query.error)}
    </Failure>
  )
}

function UnknownVersion() {
  return (
    <div className={classes.unknown}>
      <p>{t`There is no such version here. It may have been taken away.`}</p>
      <LinkButton to="/models">{t`Show what reads now`}</LinkButton>
    </div>
  )
}

function Loading() {
  return (
    <div role="status" aria-label={t`Loading the networks`} className={classes.page}>
      <Skeleton height={120} radius="lg" />
      <Skeleton height={340} radius="lg" />
    </div>
  )
}
