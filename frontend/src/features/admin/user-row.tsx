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
import { formatFileSize, formatMoment } from '@/lib/format'

interface UserRowProps {
  user: AdminUser
  onFreeze: () => void
}

export function UserRow({ user, onFreeze }: UserRowProps) {
  const [isOpen, setIsOpen] = useState(false)
  const id = useId()
  const isFrozen = user.frozen_at !== null

  return (
    <li className={classes.row} data-frozen={isFrozen}>
      <div className={classes.who}>
        <h2 className={classes.name}>{user.name}</h2>
        {user.role === 'admin' && (
          <span className={classes.badge} data-kind="admin">
            <IconShieldCheck size={16} aria-hidden />
            Admin
          </span>
        )}
        {isFrozen && (
          <span className={classes.badge} data-kind="frozen">
            <IconSnowflake size={16} aria-hidden />
            Frozen
          </span>
        )}
        <p className={classes.email}>
          {user.email}
          {!user.email_verified && <span className={classes.soft}> (not confirmed)</span>}
        </p>
      </div>
      <div className={classes.actions}>
        <Button
          variant="default"
          size="compact-md"
          aria-expanded={isOpen}
          aria-controls={id}
          aria-label={`Details of ${user.email}`}
          onClick={() => setIsOpen(!isOpen)}
        >
          Details
        </Button>
        {user.role !== 'admin' && (
          <Button
            variant={isFrozen ? 'default' : 'light'}
            size="compact-md"
            color={isFrozen ? undefined : 'var(--unreadable)'}
            aria-label={isFrozen ? `Unfreeze ${user.email}` : `Freeze ${user.email}`}
            onClick={onFreeze}
          >
            {isFrozen ? 'Unfreeze …' : 'Freeze …'}
          </Button>
        )}
      </div>
      <dl className={classes.facts}>
        <Fact name="Plan">{user.plan}</Fact>
        <Fact name="Pages this month">
          {`${user.pages_this_month.toLocaleString()} of ${user.included_pages.toLocaleString()}`}
        </Fact>
        <Fact name="Member since">{formatMoment(user.created_at)}</Fact>
        {user.frozen_at !== null && <Fact name="Frozen">{formatMoment(user.frozen_at)}</Fact>}
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
  if (!data) return <Skeleton height={52} role="status" aria-label="Loading the details" />
  return (
    <>
      <dl className={classes.facts}>
        <Fact name="Readings">{data.readings.toLocaleString()}</Fact>
        <Fact name="Pictures">
          {data.size_bytes === 0 ? 'None' : formatFileSize(data.size_bytes)}
        </Fact>
        <Fact name="Last reading">
          {data.last_reading_at === null ? 'None yet' : formatMoment(data.last_reading_at)}
        </Fact>
        <Fact name="Last log-in">
          {data.last_login_at === null ? 'Not since registering' : formatMoment(data.last_login_at)}
        </Fact>
      </dl>
      <p className={classes.id}>
        <Link to={`/admin/audit?person=${user.id}`}>What happened to this account</Link>
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
