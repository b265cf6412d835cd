import { t } from '@lingui/core/macro'
import { Button, Skeleton, Title } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { IconDeviceDesktop } from '@tabler/icons-react'
import { errorText } from '@/api/error-text'
import { Notice } from '@/components/notice'
import classes from '@/features/accounts/account-page.module.css'
import { devicesQuery, endDevice } from '@/features/accounts/queries'
import { formatMoment } from '@/lib/format'

/** Where one is logged in; each other place can be logged out from here. */
export function Devices() {
  const queryClient = useQueryClient()
  const { data: devices, error, refetch } = useQuery(devicesQuery)
  const end = useMutation({
    mutationFn: async (ids: readonly string[]) => {
      await Promise.all(ids.map(endDevice))
    },
    onSettled: () => queryClient.invalidateQueries({ queryKey: devicesQuery.queryKey }),
  })
  const others = devices?.filter(({ current }) => !current) ?? []

  return (
    <section className={classes.section} aria-labelledby="devices-title">
      <header className={classes.head}>
        <Title order={2} size="h3" id="devices-title">
          {t`Where you are logged in`}
        </Title>
        {others.length > 1 && (
          <Button
            variant="default"
            disabled={end.isPending}
            onClick={() => end.mutate(others.map(({ id }) => id))}
          >
            {t`Log out all others`}
          </Button>
        )}
      </header>
      {error && (
        <Notice
          kind="error"
          action={
            <Button size="compact-md" variant="default" onClick={() => void refetch()}>
              {t`Try again`}
            </Button>
          }
        >
          {errorText(error)}
        </Notice>
      )}
      {end.isError && <Notice kind="error">{errorText(end.error)}</Notice>}
      {!devices && !error && (
        <div role="status" aria-label={t`Loading your devices`}>
          <Skeleton height={64} radius="md" />
        </div>
      )}
      <ul className={classes.list}>
        {devices?.map(({ id, device, address, last_used_at, current }) => (
          <li key={id} className={classes.row}>
            <IconDeviceDesktop size={22} stroke={1.7} aria-hidden />
            <span className={classes.words}>
              <strong>{device}</strong>
              <span className={classes.soft}>
                {current ? t`This device` : t`Last used ${formatMoment(last_used_at)}`}
                {address !== null && ` · ${address}`}
              </span>
            </span>
            {!current && (
              <Button
                variant="default"
                size="compact-md"
                aria-label={t`Log out ${device}, last used ${formatMoment(last_used_at)}`}
                disabled={end.isPending}
                onClick={() => end.mutate([id])}
              >
                {t`Log out`}
              </Button>
            )}
          </li>
        ))}
      </ul>
    </section>
  )
}
