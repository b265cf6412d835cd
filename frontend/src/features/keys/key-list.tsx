import { t } from '@lingui/core/macro'
import { Button } from '@mantine/core'
import { IconAlertTriangle, IconEye, IconPencil, IconSend } from '@tabler/icons-react'
import type { ApiKey } from '@/api/types'
import classes from '@/features/keys/key-list.module.css'
import { expiryWords, scopeWords, validityOf, type Scope } from '@/features/keys/words'
import { formatMoment } from '@/lib/format'

const scopeIcons: Record<Scope, typeof IconEye> = { read: IconEye, write: IconSend }

interface KeyListProps {
  keys: readonly ApiKey[]
  onRename: (key: ApiKey) => void
  onRevoke: (key: ApiKey) => void
}

export function KeyList({ keys, onRename, onRevoke }: KeyListProps) {
  return (
    <ul className={classes.list}>
      {keys.map((key) => (
        <li key={key.id} className={classes.row} data-validity={validityOf(key)}>
          <div className={classes.what}>
            <h2 className={classes.name}>{key.name}</h2>
            <code className={classes.prefix}>{key.prefix}…</code>
            <ul className={classes.scopes} aria-label={t`What it may do`}>
              {key.scopes.map((scope) => {
                const Icon = scopeIcons[scope]
                return (
                  <li key={scope}>
                    <Icon size={16} stroke={1.9} aria-hidden />
                    {t(scopeWords[scope].short)}
                  </li>
                )
              })}
            </ul>
          </div>
          <div className={classes.actions}>
            <Button
              variant="default"
              size="compact-md"
              leftSection={<IconPencil size={16} aria-hidden />}
              aria-label={t`Rename ${key.name}`}
              onClick={() => onRename(key)}
            >
              {t`Rename`}
            </Button>
            <Button
              variant="light"
              size="compact-md"
              color="var(--unreadable)"
              aria-label={t`Revoke ${key.name}`}
              onClick={() => onRevoke(key)}
            >
              {t`Revoke`}
            </Button>
          </div>
          <dl className={classes.facts}>
            <div>
              <dt>{t`Created`}</dt>
              <dd>{formatMoment(key.created_at)}</dd>
            </div>
            <div>
              <dt>{t`Last used`}</dt>
              <dd>{key.last_used_at === null ? t`Not yet` : formatMoment(key.last_used_at)}</dd>
            </div>
            <div className={classes.expiry}>
              <dt>{t`Expires`}</dt>
              <dd>
                {validityOf(key) !== 'good' && (
                  <IconAlertTriangle size={16} stroke={2} aria-hidden />
                )}
                {expiryWords(key)}
              </dd>
            </div>
          </dl>
        </li>
      ))}
    </ul>
  )
}
