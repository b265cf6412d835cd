import { t } from '@lingui/core/macro'
import { Button, Collapse, Skeleton } from '@mantine/core'
import { IconShieldCheck, IconSnowflake } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useId, useState } from 'react'
import { Link } from 'react-router'
import { errorText } from '@/api/error-text'
import type { AdminUser } from '@/api/types'
import { Failure } from '@/components/failure'
import { userQuery } from '@/features/admin/queries'
import classes from '@/features/admin/user-row.module.css'
import { formatFileSize, formatMoment, formatNumber } from '@/lib/format'

interface UserRowProps {
  user: AdminUser
  onFreeze: () => void
}

export function UserRow({ user, onFreeze }: UserRowProps) {
  const [isOpen, setIsOpen] = useState(false)
  const id = useId()
  const { email } = user
  const isFrozen = user.frozen_at !== null
  const used = formatNumber(user.pages_this_month)
  const included = formatNumber(user.included_pages)

  return (
    <li className={classes.row} data-frozen={isFrozen}>
      <div className={classes.who}>
        <h2 className={classes.name}>{user.name}</h2>
        {user.role === 'admin' && (
          <span className={classes.badge} data-kind="admin">
            <IconShieldCheck size={16} aria-hidden />
            {t`Admin`}
          </span>
        )}
        {isFrozen && (
          <span className={classes.badge} data-kind="frozen">
            <IconSnowflake size={16} aria-hidden />
            {t`Frozen`}
          </span>
        )}
        <p className={classes.email}>
          {email}
          {!user.email_verified && <span className={classes.soft}> {t`(not confirmed)`}</span>}
        </p>
      </div>
      <div className={classes.actions}>
        <Button
          variant="default"
          size="compact-md"
          aria-expanded={isOpen}
          aria-controls={id}
          aria-label={t`Details of ${email}`}
          onClick={() => setIsOpen(!isOpen)}
        >
          {t`Details`}
        </Button>
        {user.role !== 'admin' && (
          <Button
            variant={isFrozen ? 'default' : 'light'}
            size="compact-md"
            color={isFrozen ? undefined : 'var(--unreadable)'}
            aria-label={isFrozen ? t`Unfreeze ${email}` : t`Freeze ${email}`}
            onClick={onFreeze}
          >
            {isFrozen ? t`Unfreeze …` : t`Freeze …`}
          </Button>
        )}
      </div>
      <dl className={classes.facts}>
        <Fact name={t`Plan`}>{user.plan}</Fact>
        <Fact name={t`Pages this month`}>{t`${used} of ${included}`}</Fact>
        <Fact name={t`Member since`}>{formatMoment(user.created_at)}</Fact>
        {user.frozen_at !== null && <Fact name={t`Frozen`}>{formatMoment(user.frozen_at)}</Fact>}
      </dl>
      <Collapse expanded={isOpen} id={id} className={classes.more}>
        {isOpen && <Details user={user} />}
      </Collapse>
    </li>
  )
}

/** How much lies in the account and when it was used, but nothing of what is in it. */
function Details({ user }: { user: AdminUser }) {
  const { data, error, isError, isFetching, refetch } = useQuery(userQuery(user.id))
  if (isError) {
    return (
      <Failure isRetrying={isFetching} onRetry={() => void refetch()}>
        {errorText(error)}
      </Failure>
    )
  }
  if (!data) return <Skeleton height={52} role="status" aria-label={t`Loading the details`} />
  return (
    <>
      <dl className={classes.facts}>
        <Fact name={t`Readings`}>{formatNumber(data.readings)}</Fact>
        <Fact name={t`Pictures`}>
          {data.size_bytes === 0 ? t`None` : formatFileSize(data.size_bytes)}
        </Fact>
        <Fact name={t`Last reading`}>
          {data.last_reading_at === null ? t`None yet` : formatMoment(data.last_reading_at)}
        </Fact>
        <Fact name={t`Last log-in`}>
          {data.last_login_at === null
            ? t`Not since registering`
            : formatMoment(data.last_login_at)}
        </Fact>
      </dl>
      <p className={classes.id}>
        <Link to={`/admin/audit?person=${user.id}`}>{t`What happened to this account`}</Link>
        <code>{user.id}</code>
      </p>
    </>
  )
}

function Fact({ name, children }: { name: string; children: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  )
}
