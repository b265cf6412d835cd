import { t } from '@lingui/core/macro'
import { Trans } from '@lingui/react/macro'
import { ActionIcon, Button, Progress, Title } from '@mantine/core'
import { IconAlertTriangle, IconClock, IconRefresh, IconUpload, IconX } from '@tabler/icons-react'
import { Link } from 'react-router'
import { LinkButton } from '@/components/link-button'
import { StatusBadge } from '@/components/status-badge'
import { countUploads, uploadsSentence } from '@/features/readings/uploads/counts'
import {
  cancelUpload,
  cancelUploads,
  clearUploads,
  isWorking,
  retryUploads,
  type QueuedFile,
} from '@/features/readings/uploads/upload-queue'
import classes from '@/features/readings/uploads/upload-list.module.css'
import { shortText } from '@/features/readings/words'
import { formatFileSize, formatShare } from '@/lib/format'

/** Several files on their way: one bar for all, one for each, and what became of them. */
export function UploadList({ items }: { items: readonly QueuedFile[] }) {
  const { share, retryable, doubtful } = countUploads(items)
  const works = isWorking(items)
  return (
    <section className={classes.card} aria-labelledby="uploads-title">
      <header className={classes.head}>
        <div>
          <Title order={2} size="h3" id="uploads-title">
            {works ? t`Reading your files` : t`Your files`}
          </Title>
          <p role="status" className={classes.sentence}>
            {uploadsSentence(items)}
          </p>
        </div>
        <div className={classes.buttons}>
          {retryable > 0 && (
            <Button variant="light" onClick={() => retryUploads()}>
              <Trans>Retry {retryable} failed</Trans>
            </Button>
          )}
          {works ? (
            <Button variant="default" onClick={cancelUploads}>
              {t`Cancel all`}
            </Button>
          ) : (
            <>
              {doubtful > 0 && (
                <LinkButton to="/review">
                  <Trans>Review {doubtful} doubtful</Trans>
                </LinkButton>
              )}
              <Button variant="default" onClick={clearUploads}>
                {t`Clear the list`}
              </Button>
            </>
          )}
        </div>
      </header>
      <Progress.Root size="md" radius="xl">
        <Progress.Section value={share * 100} aria-label={t`All files`} />
      </Progress.Root>
      <ul className={classes.list}>
        {items.map((item) => (
          <UploadRow key={item.id} item={item} />
        ))}
      </ul>
    </section>
  )
}

function UploadRow({ item }: { item: QueuedFile }) {
  const { id, file, state, canRetry, message, needsEmail } = item
  return (
    <li className={classes.row}>
      <span className={classes.name}>{file.name}</span>
      <span className={classes.state}>
        <UploadState item={item} />
      </span>
      <span className={classes.action}>
        {(state === 'waiting' || state === 'sending') && (
          <ActionIcon
            variant="subtle"
            color="gray"
            radius="xl"
            aria-label={t`Cancel ${file.name}`}
            onClick={() => cancelUpload(id)}
          >
            <IconX size={18} color="var(--ink-soft)" aria-hidden />
          </ActionIcon>
        )}
        {(state === 'failed' || state === 'cancelled') && canRetry && (
          <ActionIcon
            variant="subtle"
            radius="xl"
            aria-label={t`Retry ${file.name}`}
            onClick={() => retryUploads(id)}
          >
            <IconRefresh size={18} aria-hidden />
          </ActionIcon>
        )}
      </span>
      {state === 'failed' && (
        <p className={classes.failure}>
          <IconAlertTriangle size={16} aria-hidden />
          <span>
            {message} {needsEmail && <Link to="/account">{t`Go to your account`}</Link>}
          </span>
        </p>
      )}
    </li>
  )
}

function UploadState({ item }: { item: QueuedFile }) {
  const { file, state, share, reading } = item
  switch (state) {
    case 'waiting':
      return (
        <>
          <IconClock size={16} aria-hidden /> <Trans>Waiting · {formatFileSize(file.size)}</Trans>
        </>
      )
    case 'sending':
      return (
        <>
          <IconUpload size={16} aria-hidden /> {share < 1 ? formatShare(share) : t`Reading …`}
          <Progress.Root size="sm" radius="xl" className={classes.bar}>
            <Progress.Section value={share * 100} aria-label={t`Sending ${file.name}`} />
          </Progress.Root>
        </>
      )
    case 'read':
      return (
        reading && (
          <>
            <Link to={`/readings/${reading.id}`} className={classes.text}>
              {shortText(reading.text) || t`No digits`}
            </Link>
            <StatusBadge status={reading.status} />
          </>
        )
      )
    case 'failed':
      return t`Failed`
    case 'cancelled':
      return t`Cancelled`
  }
}
